// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package directory

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/vb365api"
)

// comparedText says how names are compared.
const comparedText = " It is compared without regard to case. `*` and `?` are not wildcards."

// severalText says what happens if a display name is not unique.
const severalText = " If it is not unique, the lookup fails, and the error lists the objects that have it."

// locationText describes location_type.
const locationText = ": `Cloud`, `OnPremises` or `Hybrid`. Null if the server does not return it."

func organizationAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "ID (GUID) of the organization: the `id` of a `veeam_vb365_organization`.",
		Required:            true,
		Validators:          []validator.String{tfkit.GUID()},
	}
}

// keyAttribute returns an attribute by which an object can be found.
func keyAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true, Computed: true,
		Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// exactlyOneKey requires exactly one way to find the object.
func exactlyOneKey(kind vb365api.ObjectType) []datasource.ConfigValidator {
	attributes := lookup.AttributesOf(kind)
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(
		path.MatchRoot(lookup.ID), path.MatchRoot(attributes.Name), path.MatchRoot(attributes.DisplayName),
	)}
}
