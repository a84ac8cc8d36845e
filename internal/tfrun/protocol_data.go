// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package tfrun

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// ReadData reads a data source with the given configuration. It returns its attributes, which are nil if the read
// failed, and the diagnostics.
func (p *Protocol) ReadData(typeName string, config map[string]any) (map[string]any, []string) {
	p.t.Helper()
	typ := p.Schemas.DataSourceSchemas[typeName].ValueType()
	resp, err := p.Server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: typeName, Config: p.encode(typ, config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if resp.State == nil || hasError(resp.Diagnostics) {
		return nil, Texts(resp.Diagnostics)
	}
	return p.decode(typ, resp.State), Texts(resp.Diagnostics)
}
