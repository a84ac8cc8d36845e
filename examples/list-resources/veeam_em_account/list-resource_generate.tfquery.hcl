# The users of one domain, regardless of case, with everything that their configuration needs:
# terraform query -generate-config-out=accounts.tf
list "veeam_em_account" "tech" {
  provider         = veeam
  include_resource = true
  limit            = 1000

  config {
    account_type = "User"
    name_regex   = "(?i)^TECH\\\\"
  }
}
