# The roles of one organization that begin with "Help":
# terraform query -generate-config-out=roles.tf
list "veeam_vb365_restore_operator_role" "help" {
  provider         = veeam
  include_resource = true
  limit            = 1000

  config {
    organization_id = "e60dfb9c-ac58-4463-879f-9855ac35576b"
    name_regex      = "^Help"
  }
}
