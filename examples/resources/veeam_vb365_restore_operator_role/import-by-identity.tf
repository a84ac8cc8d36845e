import {
  to = veeam_vb365_restore_operator_role.helpdesk
  identity = {
    id = "97edf1c9-74a1-480d-8b60-29b9ef331bd9"
  }
}
