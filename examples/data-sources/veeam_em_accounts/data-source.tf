# All users of one domain, regardless of case.
data "veeam_em_accounts" "tech" {
  account_type = "User"
  name_regex   = "(?i)^TECH\\\\"
}

output "tech_users" {
  value = data.veeam_em_accounts.tech.accounts[*].account_name
}

# Every account with its roles, settings and restore scopes.
data "veeam_em_accounts" "all" {
  details = true
}

output "portal_administrators" {
  value = [
    for account in data.veeam_em_accounts.all.accounts : account.account_name
    if contains(account.role_names, "Portal Administrator")
  ]
}
