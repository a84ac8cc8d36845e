// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package rules contains the rules of the REST API of Veeam Backup for Microsoft 365 that the provider enforces during
// planning, as package em/rules does for Enterprise Manager. Each rule is a pure function that is named after what it
// requires. It takes Terraform values and returns no error if a value that it needs is not known yet.
//
//	no  function          rule
//	20  SelectedItems     SpecificObjects needs selected items, EntireOrganization has none
//	21  Operators         at least one operator; each a user or a group
//	21  NotSelected       an object is not both selected and excluded
//	22  References        a reference has a type and exactly one of id and name, not empty, without space around it
//	23  Teams             a team needs version 7 of the API
//	24  Distinct          a list has no object twice
//	25  OneObject         a reference stands for exactly one object
//	26  OrganizationID    organization_id is a GUID
//	26  Organization      the organization is not of the type OnPremises
//	27  RoleType          role_type is one of the two
//	28  Name              name is not blank
//	28  NewName           a new name has no space around it and no control character either
//
// The rules come from these pages of the Veeam Backup for Microsoft 365 REST API reference:
// "POST /Organizations/{organizationId}/RbacRoles" and "PUT /RbacRoles/{roleId}". Rules 22, 24, 25 and 28 (in part) are
// stricter than the server; the comments of their functions say so.
package rules
