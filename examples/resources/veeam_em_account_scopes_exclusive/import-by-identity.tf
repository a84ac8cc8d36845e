import {
  to = veeam_em_account_scopes_exclusive.operator
  identity = {
    account_id = "d6701c3d-15f4-421d-b376-c0e2634bc1f4"
  }
}
