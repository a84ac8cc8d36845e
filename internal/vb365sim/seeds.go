// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package vb365sim

import (
	"fmt"
	"strings"
)

// The organizations of every new server. The names of objects in the first one are those of the product's reference.
const (
	OrganizationID         = "e60dfb9c-ac58-4463-879f-9855ac35576b" // abc.onmicrosoft.com, Office365
	HybridOrganizationID   = "ae19d952-59dc-49f4-b12f-7d6bf465f521" // tech.onmicrosoft.com, Hybrid
	OnPremOrganizationID   = "3f1b4c0d-92c1-4f7a-8d5a-6f2a6a8c9b17" // corp.tech.local, OnPremises
	OrganizationName       = "abc.onmicrosoft.com"
	HybridOrganizationName = "tech.onmicrosoft.com"
	OnPremOrganizationName = "corp.tech.local"
)

const (
	noObject = "00000000-0000-0000-0000-000000000000" // in place of the on-premises GUID of a cloud object

	cloudDomain = "@" + OrganizationName
	sharePoint  = "https://abc.sharepoint.com"
)

// The objects that the examples of the product's reference contain, and others that tests refer to.
const (
	RestoreOperatorID   = "6c6d2495-ca27-4b4a-8c93-956bacb8b4b4" + noObject
	RestoreOperatorName = "restore_operator" + cloudDomain
	User3ID             = "9bdd0fca-7210-450e-bfeb-c0dca2e1b36c" + noObject
	User3Name           = "user3" + cloudDomain
	AdminID             = "88b14a1f-c0bd-435a-9d18-7c703ff1fb14" + noObject
	AdminName           = "admin" + cloudDomain
	SharedID            = "d1c4a6de-5b0e-4f37-9c52-27a6a1f0c8b3" + noObject // a shared mailbox
	SharedName          = "info" + cloudDomain
	PublicID            = "4a7e2c19-06d3-4b8f-a1e5-93c8d7b6f204" + noObject // a public mailbox
	PublicName          = "public" + cloudDomain
	// Two users have the display name TwinDisplayName.
	TwinDisplayName = "Alex Novak"

	ABCGroupID          = "95e4e659-9039-45ef-826c-d1ba4b8e5d25" + noObject
	ABCGroupName        = "abc1" + cloudDomain
	ExcludedGroupID     = "acbf8c6c-dd8b-4a4c-8256-dd9a63077fa9" + noObject
	ExcludedGroupName   = "excluded" + cloudDomain
	Group2ID            = "7ace610a-ded5-4b14-8946-f039422b631d" + noObject
	Group2Name          = "group2" + cloudDomain
	NamelessGroupID     = "0f3b7d52-8c1e-4a96-b7d0-5e2f9c4a1b68" + noObject // has neither mail nor UPN
	NamelessDisplayName = "Restore Approvers"

	ABCSiteID      = "5359c4b5-5e3f-4fbb-a97f-a916bcba00a1ea863003-4637-4414-ad37-1757dd8f85cc"
	ABCSiteURL     = sharePoint + "/sites/ABC_site"
	BoardSiteID    = "c7a0e5f2-41b8-4d6c-9e03-8f5a2b7c1d90b2d4f6a8-1c3e-4f50-8a6b-7d9e0c2f4b16"
	BoardSiteURL   = sharePoint + "/sites/board"
	PersonalSiteID = "e8b6c4d2-7f05-4a1b-8c9d-3e2f5a6b7c08f1a3b5c7-9d0e-4f21-8b4c-6a8e0d2f4c6b"

	SalesTeamID   = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
	SalesTeamMail = "sales" + cloudDomain
	BoardTeamID   = "6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b" // has no description
	BoardTeamMail = "board" + cloudDomain

	// HybridUserID is in both directories, HybridOnPremUserID only on the premises.
	HybridUserID         = "2d5f8a1c-6b3e-4c79-8f0d-1e4a7b9c2d53" + "b83f6c1e-0a94-4d27-9e5b-7c2d8f4a6b10"
	HybridUserName       = "fox@tech.com"
	HybridOnPremUserID   = noObject + "5c9e2b7d-4f18-4a63-b0d2-8e6f1a3c5b74"
	HybridOnPremUserName = "cellar@tech.com"
)

// seedUsers is how many further users each organization has.
const seedUsers = 200

func seed(s *Store) {
	cloud := s.AddOrganization(Organization{
		ID: OrganizationID, Name: OrganizationName, OfficeName: OrganizationName, Type: organizationCloud,
	})
	hybrid := s.AddOrganization(Organization{
		ID: HybridOrganizationID, Name: HybridOrganizationName, OfficeName: HybridOrganizationName, Type: organizationHybrid,
	})
	onPrem := s.AddOrganization(Organization{
		ID: OnPremOrganizationID, Name: OnPremOrganizationName, Type: organizationOnPremises,
	})
	for i := range cloudObjects {
		o := cloudObjects[i]
		if o.Location == "" {
			o.Location = "Cloud"
		}
		cloud.Add(o)
	}
	hybrid.Add(Object{
		Type: typeUser, ID: HybridUserID, Name: HybridUserName, DisplayName: "William Fox", Kind: "User", Location: "Hybrid",
		OnPremisesSID: "S-1-5-21-1004336348-1177238915-682003330-1105",
	})
	hybrid.Add(Object{
		Type: typeUser, ID: HybridOnPremUserID, Name: HybridOnPremUserName, DisplayName: "Cellar", Kind: "User",
		Location: "OnPremises", OnPremisesSID: "S-1-5-21-1004336348-1177238915-682003330-1106",
	})
	seedMany(cloud, "Cloud", OrganizationName)
	seedMany(hybrid, "Hybrid", "tech.com")
	seedMany(onPrem, "OnPremises", OnPremOrganizationName)
}

// seedMany adds so many objects that lists have several pages.
func seedMany(o *Organization, location, domain string) {
	first := strings.Split(o.ID, "-")[0]
	id := func(kind, i int) string { return fmt.Sprintf("%s-%04x-4000-8000-%012x", first, kind, i+1) }
	for i := range seedUsers {
		user := Object{
			Type: typeUser, ID: id(1, i) + noObject, Name: fmt.Sprintf("member%03d@%s", i, domain),
			DisplayName: fmt.Sprintf("Member %03d", i), Kind: "User", Location: location,
		}
		switch location {
		case "Hybrid":
			user.ID = id(1, i) + id(9, i)
		case "OnPremises":
			user.ID = noObject + id(9, i)
		}
		if location != "Cloud" {
			user.OnPremisesSID = fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 2000+i)
		}
		o.Add(user)
	}
	if location == "OnPremises" {
		return
	}
	host := "https://" + strings.Split(o.Name, ".")[0] + ".sharepoint.com"
	for i := range seedUsers / 5 {
		o.Add(Object{
			Type: typeGroup, ID: id(2, i) + noObject, Name: fmt.Sprintf("department%02d@%s", i, domain),
			DisplayName: fmt.Sprintf("Department %02d", i), Kind: "Security", Location: "Cloud",
		})
		o.Add(Object{
			Type: typeSite, ID: id(3, i) + id(4, i), Name: fmt.Sprintf("%s/sites/project%02d", host, i),
			DisplayName: fmt.Sprintf("Project %02d", i), Location: "Cloud",
		})
		o.Add(Object{
			Type: typeTeam, ID: id(5, i), Name: fmt.Sprintf("team%02d@%s", i, domain),
			DisplayName: fmt.Sprintf("Team %02d", i), Description: fmt.Sprintf("The team of project %02d", i), Location: "Cloud",
		})
	}
}

var cloudObjects = []Object{
	{Type: typeUser, ID: RestoreOperatorID, Name: RestoreOperatorName, DisplayName: "Restore Operator", Kind: "User"},
	{Type: typeUser, ID: User3ID, Name: User3Name, DisplayName: "User3", Kind: "User"},
	{Type: typeUser, ID: AdminID, Name: AdminName, DisplayName: "Administrator", Kind: "User"},
	{Type: typeUser, ID: SharedID, Name: SharedName, DisplayName: "Information", Kind: "Shared"},
	{Type: typeUser, ID: PublicID, Name: PublicName, DisplayName: "Public Folders", Kind: "Public"},
	{
		Type: typeUser, ID: "a2f4c6e8-1b3d-4f5a-8c7e-9d0b2f4a6c81" + noObject, Name: "alex.novak" + cloudDomain,
		DisplayName: TwinDisplayName, Kind: "User",
	},
	{
		Type: typeUser, ID: "b3e5d7f9-2c4e-4a6b-9d8f-0e1c3a5b7d92" + noObject, Name: "alex.novak2" + cloudDomain,
		DisplayName: TwinDisplayName, Kind: "User",
	},

	{Type: typeGroup, ID: ABCGroupID, Name: ABCGroupName, DisplayName: "ABC", Kind: "Office365"},
	{Type: typeGroup, ID: ExcludedGroupID, Name: ExcludedGroupName, DisplayName: "Excluded Objects", Kind: "Security"},
	{Type: typeGroup, ID: Group2ID, Name: Group2Name, DisplayName: "Group 2", Kind: "Office365"},
	{Type: typeGroup, ID: NamelessGroupID, DisplayName: NamelessDisplayName, Kind: "Security"},
	{
		Type: typeGroup, ID: "d5a7f9b1-4e60-4c8d-8f1a-2a3e5c7d9fb4" + noObject, Name: "helpdesk" + cloudDomain,
		DisplayName: "Helpdesk", Kind: "Distribution",
	},

	{Type: typeSite, ID: ABCSiteID, Name: ABCSiteURL, DisplayName: "ABC_site"},
	{Type: typeSite, ID: BoardSiteID, Name: BoardSiteURL, DisplayName: "Board", ParentURL: sharePoint},
	{
		Type: typeSite, ID: PersonalSiteID, Name: "https://abc-my.sharepoint.com/personal/user3_abc_onmicrosoft_com",
		DisplayName: "User3", Personal: true,
	},

	{
		Type: typeTeam, ID: SalesTeamID, Name: SalesTeamMail, DisplayName: "Sales",
		Description: "Everybody who sells",
	},
	{Type: typeTeam, ID: BoardTeamID, Name: BoardTeamMail, DisplayName: "Board"},
}
