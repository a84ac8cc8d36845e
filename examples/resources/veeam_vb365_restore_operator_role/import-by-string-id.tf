import {
  to = veeam_vb365_restore_operator_role.helpdesk
  id = "abc.onmicrosoft.com/Helpdesk"
}
