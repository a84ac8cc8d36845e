# The help desk restores for the sales team, and never from the site of the board.
resource "veeam_vb365_restore_operator_role" "helpdesk" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "Helpdesk"
  role_type       = "SpecificObjects"
  operators = [
    { type = "Group", name = "helpdesk@abc.onmicrosoft.com" },
    { type = "User", name = "restore_operator@abc.onmicrosoft.com" },
  ]
  selected_items = [{ type = "Team", name = "sales@abc.onmicrosoft.com" }]
  excluded_items = [{ type = "Site", name = "https://abc.sharepoint.com/sites/board" }]
}
