import {
  for_each = toset(keys(yamldecode(file("${path.module}/operators.yaml"))))
  to       = module.operators.veeam_em_account.operator[each.key]
  id       = each.key
}
