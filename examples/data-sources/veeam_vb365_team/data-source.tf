data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

data "veeam_vb365_team" "sales" {
  organization_id = data.veeam_vb365_organization.abc.id
  mail            = "sales@abc.onmicrosoft.com"
}

# A reference to the team in a list of a veeam_vb365_restore_operator_role.
output "reference" {
  value = { type = "Team", id = data.veeam_vb365_team.sales.id }
}
