import {
  to = veeam_em_account.william
  id = "User/TECH\\william.fox"
}
