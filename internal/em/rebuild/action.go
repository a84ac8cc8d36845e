// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

// Package rebuild implements the action that recalculates what restore scopes cover.
package rebuild

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

var _ interface {
	action.ActionWithConfigure
	action.ActionWithValidateConfig
} = (*rebuildScopes)(nil)

const (
	defaultMode    = "unprocessed"
	defaultTimeout = 10 * time.Minute
)

// NewAction returns the action veeam_em_rebuild_scopes.
func NewAction() action.Action { return &rebuildScopes{} }

type rebuildScopes struct{ tfkit.ActionEM }

// model is the configuration of the action.
type model struct {
	Mode    types.String `tfsdk:"mode"`
	Timeout types.String `tfsdk:"timeout"`
}

// Metadata names the action.
func (a *rebuildScopes) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_em_rebuild_scopes"
}

// Schema describes the configuration of the action.
func (a *rebuildScopes) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Recalculates what the restore scopes of Veeam Backup Enterprise Manager cover and waits for " +
			"completion (Terraform 1.14 and later). The server does this by itself once a day and after changes. Invoke the " +
			"action if a new machine must be restorable immediately.\n\n" +
			"If the provider has to log on again meanwhile, it can no longer follow the recalculation, because a task is only " +
			"visible to the logon session that started it. The action then ends with a warning; the recalculation continues.",
		Attributes: map[string]schema.Attribute{
			"mode": schema.StringAttribute{
				MarkdownDescription: "The scopes to recalculate: `all`; `unprocessed` (default), those in the state " +
					"`Unprocessed`; or `current_user`, those of the account that the provider logs on as.",
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOf(emapi.RebuildModes...)},
			},
			"timeout": schema.StringAttribute{
				MarkdownDescription: "Time limit for the recalculation, as a duration such as `30m` (default `10m`). If it is " +
					"exceeded, the provider stops the recalculation.",
				Optional: true,
			},
		},
	}
}

// ValidateConfig refuses a timeout that is not a duration.
func (a *rebuildScopes) ValidateConfig(
	ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse,
) {
	var m model
	if !req.Config.Raw.IsNull() { // the config block is optional
		resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	}
	_, diags := m.timeout()
	resp.Diagnostics.Append(diags...)
}

// timeout returns the time limit of the recalculation. Null and unknown stand for the default.
func (m *model) timeout() (time.Duration, diag.Diagnostics) {
	if m.Timeout.IsNull() || m.Timeout.IsUnknown() {
		return defaultTimeout, nil
	}
	d, err := time.ParseDuration(m.Timeout.ValueString())
	if err != nil || d <= 0 {
		return 0, diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("timeout"), "Not a duration",
			fmt.Sprintf("%q is not a positive duration such as 90s or 30m.", m.Timeout.ValueString()))}
	}
	return d, nil
}

// Invoke starts the recalculation and waits until it ends.
func (a *rebuildScopes) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m model
	client := tfkit.Open(ctx, a.EM, req.Config, &m, &resp.Diagnostics)
	timeout, diags := m.timeout()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	mode := m.Mode.ValueString()
	if mode == "" {
		mode = defaultMode
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r := &taskRun{client: client, mode: mode, timeout: timeout, begun: time.Now(), send: resp.SendProgress}
	resp.Diagnostics.Append(r.run(ctx)...)
}
