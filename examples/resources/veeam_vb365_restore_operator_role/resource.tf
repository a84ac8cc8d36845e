data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

data "veeam_vb365_user" "ceo" {
  organization_id = data.veeam_vb365_organization.abc.id
  display_name    = "User3"
}

# The help desk restores for the sales team, and never from the site of the board.
resource "veeam_vb365_restore_operator_role" "helpdesk" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "Helpdesk"
  description     = "Restores for sales"
  role_type       = "SpecificObjects"
  operators       = [{ type = "Group", name = "helpdesk@abc.onmicrosoft.com" }]
  selected_items = [
    { type = "Team", name = "sales@abc.onmicrosoft.com" },
    { type = "User", id = data.veeam_vb365_user.ceo.id },
  ]
  excluded_items = [{ type = "Site", name = "https://abc.sharepoint.com/sites/board" }]
}

# The administrator restores everything except the mailbox of the CEO.
resource "veeam_vb365_restore_operator_role" "admin" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "Administrators"
  role_type       = "EntireOrganization"
  operators       = [{ type = "User", name = "admin@abc.onmicrosoft.com" }]
  excluded_items  = [{ type = "User", id = data.veeam_vb365_user.ceo.id }]
}
