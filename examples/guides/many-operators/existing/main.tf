data "veeam_em_accounts" "all" {
  details = true
}

data "veeam_em_hierarchy_root" "vcenter" {
  name = "vcprod.tech.local"
}

locals {
  accounts = {
    for account in data.veeam_em_accounts.all.accounts : "${account.account_type}/${account.account_name}" => account
  }

  # The server lists a scope with the ID, the unique ID or the name of its hierarchy root.
  root = [for name in ["id", "unique_id", "name"] : lower(coalesce(data.veeam_em_hierarchy_root.vcenter[name], "none"))]

  # What the file can express: no Portal Administrators, and only objects of the vCenter Server.
  operators = {
    for key, account in local.accounts : key => account
    if !contains(account.role_names, "Portal Administrator")
    && try(account.allow_restore_all_vms || length(account.scopes) > 0, false)
    && alltrue([for scope in account.scopes : contains(local.root, lower(scope.hierarchy_root_name))])
  }
}

output "operators_yaml" {
  description = "The content of operators.yaml. Settings that restrict nothing are left out."
  value = yamlencode({
    for key, account in local.operators : key => {
      for name, value in {
        roles      = account.role_names
        everything = account.allow_restore_all_vms ? true : null
        objects = account.allow_restore_all_vms ? null : [
          for scope in account.scopes : "${scope.hierarchy_object_type}/${scope.name}"
        ]
        flr_settings = try(length(account.flr_settings.extension_restrictions) > 0, false) ? account.flr_settings : null
        sql_settings = try(account.sql_settings.deny_inplace_restore, false) ? account.sql_settings : null
      } : name => value if value != null
    }
  })
}

output "left_out" {
  description = "The accounts that the file cannot express."
  value       = setsubtract(keys(local.accounts), keys(local.operators))
}
