# Writes the accounts of Enterprise Manager in the form that the import configuration reads. It changes nothing.

variable "unmanaged" {
  description = "Accounts that Terraform does not manage, for example the account that the provider logs on as."
  type        = set(string)
  default     = ["TECH\\administrator", "TECH\\viewer"]
}

data "veeam_em_accounts" "all" {}

data "veeam_em_account" "all" {
  for_each = {
    for account in data.veeam_em_accounts.all.accounts : account.id => account
    if !contains([for name in var.unmanaged : lower(name)], lower(account.account_name))
  }
  id = each.key
}

data "veeam_em_hierarchy_roots" "all" {}

locals {
  # A scope is listed with the ID, the unique ID or the name of its hierarchy root.
  root_ids = merge([
    for root in data.veeam_em_hierarchy_roots.all.hierarchy_roots : {
      for key in compact([root.id, root.unique_id, root.name]) : lower(key) => root.id
    }
  ]...)

  # The scopes of accounts that may not restore everything. A scope that the server lists twice is written once.
  scopes = {
    for account in data.veeam_em_account.all : account.id => {
      for scope in account.scopes : join("/", [scope.hierarchy_root_name, scope.hierarchy_object_type, scope.name]) => scope...
      if scope.state != "Removing" && contains(keys(local.root_ids), lower(scope.hierarchy_root_name))
    } if !account.allow_restore_all_vms
  }
}

# The server does not return the reference of a scope, so the object is looked up by root, type and name.
data "veeam_em_hierarchy_object" "scope" {
  for_each = merge([
    for account_id, scopes in local.scopes : { for key, scope in scopes : "${account_id}/${key}" => scope[0] }
  ]...)
  hierarchy_root_id = local.root_ids[lower(each.value.hierarchy_root_name)]
  type              = each.value.hierarchy_object_type
  name              = each.value.name
}

output "accounts_json" {
  description = "The content of accounts.auto.tfvars.json."
  value = jsonencode({
    accounts = {
      for account in data.veeam_em_account.all : "${account.account_type}/${account.account_name}" => {
        roles                 = account.roles
        allow_restore_all_vms = account.allow_restore_all_vms
        flr_settings          = account.flr_settings
        sql_settings          = account.sql_settings
        restore_scope = [
          for key in keys(lookup(local.scopes, account.id, {})) : {
            hierarchy_obj_ref = data.veeam_em_hierarchy_object.scope["${account.id}/${key}"].hierarchy_obj_ref
            object_name       = data.veeam_em_hierarchy_object.scope["${account.id}/${key}"].name
          }
        ]
      }
    }
  })
}
