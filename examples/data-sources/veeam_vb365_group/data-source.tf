data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

data "veeam_vb365_group" "helpdesk" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "helpdesk@abc.onmicrosoft.com"
}

# A security group without a mail address has no name.
data "veeam_vb365_group" "approvers" {
  organization_id = data.veeam_vb365_organization.abc.id
  display_name    = "Restore Approvers"
}

# References to the groups in the operators of a veeam_vb365_restore_operator_role.
output "operators" {
  value = [
    { type = "Group", id = data.veeam_vb365_group.helpdesk.id },
    { type = "Group", id = data.veeam_vb365_group.approvers.id },
  ]
}
