import {
  to = veeam_em_account_scope.web
  id = "de19303b-bcf3-428b-b113-ac0b2cf46bd7/bceb75f9-5c10-4f39-9eb5-c000a2fabaee"
}
