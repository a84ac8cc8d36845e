data "veeam_em_role" "operator" {
  name = "VM Restore Operator"
}

output "operator_uid" {
  value = data.veeam_em_role.operator.uid
}
