data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

data "veeam_vb365_site" "board" {
  organization_id = data.veeam_vb365_organization.abc.id
  url             = "https://abc.sharepoint.com/sites/board"
}

# A reference to the site in a list of a veeam_vb365_restore_operator_role.
output "reference" {
  value = { type = "Site", id = data.veeam_vb365_site.board.id }
}
