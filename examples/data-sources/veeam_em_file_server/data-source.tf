data "veeam_em_file_server" "share" {
  name = "\\\\enterprise05.tech.local\\SMB Share"
}

data "veeam_em_role" "file_restore" {
  name = "File Restore Operator"
}

# An account that may restore files of this share only.
resource "veeam_em_account" "share_operator" {
  account_type          = "User"
  account_name          = "TECH\\share.operator"
  roles                 = [data.veeam_em_role.file_restore.uid]
  allow_restore_all_vms = false
  restore_scope = [{
    hierarchy_obj_ref = data.veeam_em_file_server.share.hierarchy_obj_ref
    object_name       = data.veeam_em_file_server.share.name
  }]
}
