# A restore operator who may restore two machines and nothing else.
data "veeam_em_role" "granted" {
  for_each = var.roles
  name     = each.value
}

resource "veeam_em_account" "operator" {
  account_type          = "User"
  account_name          = var.account_name
  roles                 = [for role in data.veeam_em_role.granted : role.uid]
  allow_restore_all_vms = false
  restore_scope         = var.restore_scope
}
