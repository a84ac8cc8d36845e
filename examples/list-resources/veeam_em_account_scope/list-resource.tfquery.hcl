# The restore scopes of one account. Each becomes a separate resource:
# terraform query -generate-config-out=scopes.tf
list "veeam_em_account_scope" "fox" {
  provider         = veeam
  include_resource = true
  limit            = 1000

  config {
    account_id = "d6701c3d-15f4-421d-b376-c0e2634bc1f4"
  }
}
