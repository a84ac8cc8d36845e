# All users of one domain, regardless of case.
data "veeam_em_accounts" "tech" {
  account_type = "User"
  name_regex   = "(?i)^TECH\\\\"
}

output "tech_users" {
  value = data.veeam_em_accounts.tech.accounts[*].account_name
}
