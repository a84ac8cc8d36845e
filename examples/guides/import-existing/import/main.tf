variable "accounts" {
  description = "The accounts. Each key is <account type>/<account name>."
  type = map(object({
    roles                 = set(string)
    allow_restore_all_vms = bool
    restore_scope         = optional(set(object({ hierarchy_obj_ref = string, object_name = string })), [])
    flr_settings          = optional(object({ inplace_only = bool, extension_restrictions = set(string) }))
    sql_settings          = optional(object({ deny_inplace_restore = bool }))
  }))
}

data "veeam_em_accounts" "all" {}

# Imports the accounts that exist. Remove this block and the data source after the first apply.
import {
  for_each = {
    for account in data.veeam_em_accounts.all.accounts : "${account.account_type}/${account.account_name}" => account.id
    if contains(keys(var.accounts), "${account.account_type}/${account.account_name}")
  }
  to = veeam_em_account.managed[each.key]
  id = each.value
}

resource "veeam_em_account" "managed" {
  for_each              = var.accounts
  account_type          = split("/", each.key)[0]
  account_name          = trimprefix(each.key, "${split("/", each.key)[0]}/")
  roles                 = each.value.roles
  allow_restore_all_vms = each.value.allow_restore_all_vms
  restore_scope         = length(each.value.restore_scope) > 0 ? each.value.restore_scope : null
  flr_settings          = each.value.flr_settings
  sql_settings          = each.value.sql_settings
}
