variable "unmanaged" {
  description = "Accounts that are not managed by Terraform, for example the account that the provider logs on as."
  type        = set(string)
  default     = ["TECH\\administrator", "TECH\\viewer"]
}

variable "operators" {
  description = "Names of the restore operators, as Domain\\Name."
  type        = set(string)
  default     = ["TECH\\jane.operator", "TECH\\john.operator"]
}

data "veeam_em_role" "operator" {
  name = "VM Restore Operator"
}

resource "veeam_em_account" "operator" {
  for_each              = var.operators
  account_type          = "User"
  account_name          = each.key
  roles                 = [data.veeam_em_role.operator.uid]
  allow_restore_all_vms = true
}

resource "veeam_em_account" "helpdesk" {
  account_type          = "ExternalGroup"
  account_name          = "Helpdesk Europe"
  roles                 = [data.veeam_em_role.operator.uid]
  allow_restore_all_vms = true
}

locals {
  # The IDs of all accounts that this configuration manages.
  managed_ids = concat(
    values(veeam_em_account.operator)[*].id,
    [veeam_em_account.helpdesk.id],
  )
}

data "veeam_em_accounts" "all" {
  # List the accounts after this run has changed them.
  depends_on = [veeam_em_account.operator, veeam_em_account.helpdesk]
}

check "every_account_is_managed" {
  assert {
    condition = alltrue([
      for account in data.veeam_em_accounts.all.accounts :
      contains(local.managed_ids, account.id) || contains([for name in var.unmanaged : lower(name)], lower(account.account_name))
    ])
    error_message = "Accounts that no resource manages: ${join(", ", [
      for account in data.veeam_em_accounts.all.accounts : "${account.account_type} ${account.account_name}"
      if !contains(local.managed_ids, account.id) && !contains([for name in var.unmanaged : lower(name)], lower(account.account_name))
    ])}."
  }
}
