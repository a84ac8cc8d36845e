data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

# The roles of one organization.
data "veeam_vb365_restore_operator_roles" "abc" {
  organization_id = data.veeam_vb365_organization.abc.id
}

# The roles whose operators may restore everything.
output "entire_organization" {
  value = [
    for role in data.veeam_vb365_restore_operator_roles.abc.roles : role.name
    if role.role_type == "EntireOrganization"
  ]
}
