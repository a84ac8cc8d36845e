import {
  to = veeam_em_account.operator
  id = "User/TECH\\william.fox"
}
