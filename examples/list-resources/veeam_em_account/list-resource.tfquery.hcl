# All accounts, with their names and IDs.
list "veeam_em_account" "all" {
  provider = veeam
  limit    = 1000
}
