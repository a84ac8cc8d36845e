data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

data "veeam_vb365_user" "ceo" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "user3@abc.onmicrosoft.com"
}

# A reference to the user in a list of a veeam_vb365_restore_operator_role. The ID does not change with the name.
output "reference" {
  value = { type = "User", id = data.veeam_vb365_user.ceo.id }
}
