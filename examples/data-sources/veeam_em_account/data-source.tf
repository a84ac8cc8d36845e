data "veeam_em_account" "fox" {
  account_name = "TECH\\william.fox"
}

# The objects that the account may restore.
output "scopes" {
  value = [for scope in data.veeam_em_account.fox.scopes : "${scope.hierarchy_object_type} ${scope.name}"]
}
