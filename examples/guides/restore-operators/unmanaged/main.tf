locals {
  # The IDs of all roles that this configuration manages.
  managed_ids = [
    veeam_vb365_restore_operator_role.helpdesk.id,
    veeam_vb365_restore_operator_role.approvers.id,
  ]
}

data "veeam_vb365_restore_operator_roles" "abc" {
  organization_id = data.veeam_vb365_organization.abc.id

  # List the roles after this run has changed them.
  depends_on = [veeam_vb365_restore_operator_role.helpdesk, veeam_vb365_restore_operator_role.approvers]
}

check "every_role_is_managed" {
  assert {
    condition = alltrue([
      for role in data.veeam_vb365_restore_operator_roles.abc.roles : contains(local.managed_ids, role.id)
    ])
    error_message = "Restore operator roles that no resource manages: ${join(", ", [
      for role in data.veeam_vb365_restore_operator_roles.abc.roles : role.name if !contains(local.managed_ids, role.id)
    ])}."
  }
}
