data "veeam_vb365_organization" "abc" {
  name = "abc.onmicrosoft.com"
}

# A security group without a mail address has no name, so the role refers to it by ID.
data "veeam_vb365_group" "approvers" {
  organization_id = data.veeam_vb365_organization.abc.id
  display_name    = "Restore Approvers"
}

# The help desk may restore the data of the sales team and of one user.
resource "veeam_vb365_restore_operator_role" "helpdesk" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "Helpdesk"
  role_type       = "SpecificObjects"
  operators       = [{ type = "Group", name = "helpdesk@abc.onmicrosoft.com" }]
  selected_items = [
    { type = "Team", name = "sales@abc.onmicrosoft.com" },
    { type = "User", name = "user3@abc.onmicrosoft.com" },
  ]
}

# The approvers may restore everything except the site of the board.
resource "veeam_vb365_restore_operator_role" "approvers" {
  organization_id = data.veeam_vb365_organization.abc.id
  name            = "Approvers"
  role_type       = "EntireOrganization"
  operators       = [{ type = "Group", id = data.veeam_vb365_group.approvers.id }]
  excluded_items  = [{ type = "Site", name = "https://abc.sharepoint.com/sites/board" }]
}
