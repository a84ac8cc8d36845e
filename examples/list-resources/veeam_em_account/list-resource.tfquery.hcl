# Every account, by name and ID.
list "veeam_em_account" "all" {
  provider = veeam
  limit    = 1000
}
