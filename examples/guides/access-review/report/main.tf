variable "administrators" {
  description = "The only accounts that may have the Portal Administrator role, each as its type and name."
  type        = set(string)
  default     = ["Group TECH\\Backup Administrators", "Group TECH\\Backup Automation"]
}

data "veeam_em_accounts" "all" {
  details = true
}

locals {
  # In the order of the names, because the order of the server can change.
  accounts = {
    for account in data.veeam_em_accounts.all.accounts : "${lower(account.account_name)} ${account.id}" => merge(account, {
      administrator = contains(account.role_names, "Portal Administrator")
    })
  }

  header = ["Account", "Type", "Roles", "May restore", "Only files of type", "May overwrite SQL databases"]
  rows = [
    for account in local.accounts : [
      account.account_name,
      account.account_type,
      join(", ", account.role_names),
      # Restore scopes do not restrict a Portal Administrator. The server may hide the right of an account of another type.
      account.administrator ? "everything" : try(account.allow_restore_all_vms ? "everything" : join(", ", sort([
        for scope in account.scopes : "${scope.hierarchy_object_type} ${scope.name}"
      ])), "unknown"),
      # Older servers do not return the settings.
      try(account.flr_settings.inplace_only ? join(", ", account.flr_settings.extension_restrictions) : "all", "unknown"),
      try(account.sql_settings.deny_inplace_restore ? "no" : "yes", "unknown"),
    ]
  ]

  not_allowed = [
    for account in local.accounts : "${account.account_type} ${account.account_name}" if account.administrator && !contains(
      [for allowed in var.administrators : lower(allowed)], lower("${account.account_type} ${account.account_name}")
    )
  ]
}

check "portal_administrators" {
  assert {
    condition     = length(local.not_allowed) == 0
    error_message = "Portal Administrators that are not in var.administrators: ${join(", ", local.not_allowed)}."
  }
}

output "access_review_csv" {
  description = "A line for each account, with every value in quotes."
  value = join("", [
    for row in concat([local.header], local.rows) :
    "${join(",", [for value in row : "\"${replace(value, "\"", "\"\"")}\""])}\n"
  ])
}

output "access_review_markdown" {
  description = "A table with a row for each account. Characters with a meaning in Markdown are escaped."
  value = join("", [
    for row in concat([local.header, [for title in local.header : "---"]], local.rows) :
    "| ${join(" | ", [for value in row : replace(value, "/([\\\\`*_<>|\\[\\]])/", "\\$1")])} |\n"
  ])
}
