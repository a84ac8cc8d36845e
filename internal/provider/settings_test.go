// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

// clientConfig returns the configuration of the product's client that settings create from a model.
func (p product) clientConfig(t *testing.T, m connectionModel) (emapi.Config, diag.Diagnostics) {
	t.Helper()
	s := newSettings(p.ProductInfo)
	config := s.client(m, "1.2.3")
	s.check(p.check(config))
	config.Log = nil
	return config, s.diags
}

// fields formats a configuration with its secrets, so that a test can compare and show it.
func fields(c emapi.Config) string {
	var lines []string
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "Log" {
			lines = append(lines, fmt.Sprintf("%s=%s", name, v.Field(i)))
		}
	}
	return strings.Join(lines, "\n")
}

func TestSettings_UseTheConfigurationThenTheEnvironmentThenTheDefault(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		p.newServer(t) // clears the environment
		ca, otherCA := certificate(t), certificate(t)+"\n"
		other := strings.ReplaceAll(pin, "AB", "00")
		configured := connectionModel{
			Endpoint: types.StringValue("https://configured"), Username: types.StringValue("configured"),
			Password:   types.StringValue("configured"),
			APIVersion: types.StringValue(p.version), CAPEM: types.StringValue(ca),
			TLSPinnedSHA256:    types.ListValueMust(types.StringType, []attr.Value{types.StringValue(pin)}),
			InsecureSkipVerify: types.BoolValue(false),
			RequestTimeout:     types.StringValue("90s"), MaxRetries: types.Int64Value(0),
		}
		null := connectionModel{}
		check := func(name string, m connectionModel, want emapi.Config) {
			t.Helper()
			got, diags := p.clientConfig(t, m)
			if diags.HasError() {
				t.Errorf("%s: %v", name, diags)
			}
			if a, b := fields(got), fields(want); a != b {
				t.Errorf("%s: \n%s\nwant\n%s", name, a, b)
			}
		}
		const agent = "terraform-provider-veeam/1.2.3"
		fromConfiguration := emapi.Config{
			Endpoint: "https://configured", Username: "configured", Password: "configured", APIVersion: p.version,
			CAPEM:        []byte(ca),
			PinnedSHA256: []string{pin}, RequestTimeout: 90 * time.Second, UserAgent: agent,
		}
		check("configured, no environment", configured, fromConfiguration)
		p.setenv(t, map[string]string{
			"ENDPOINT": "https://environment", "USERNAME": "environment", "PASSWORD": "environment",
			"API_VERSION": p.otherVersion, "CA_PEM": otherCA,
			"TLS_PINNED_SHA256": " " + pin + " , " + other + ",", "REQUEST_TIMEOUT": "2m", "MAX_RETRIES": "7",
		})
		check("configured, and an environment", configured, fromConfiguration)
		check("the environment alone", null, emapi.Config{
			Endpoint: "https://environment", Username: "environment", Password: "environment", APIVersion: p.otherVersion,
			CAPEM:        []byte(otherCA),
			PinnedSHA256: []string{pin, other}, RequestTimeout: 2 * time.Minute, MaxRetries: 7, UserAgent: agent,
		})
		p.setenv(t, map[string]string{
			"API_VERSION": "", "CA_PEM": "", "TLS_PINNED_SHA256": "", "REQUEST_TIMEOUT": "", "MAX_RETRIES": "",
		})
		check("the defaults", null, emapi.Config{
			Endpoint: "https://environment", Username: "environment", Password: "environment", CAPEM: []byte{},
			RequestTimeout: time.Minute, MaxRetries: 4, UserAgent: agent,
		})
	})
}

func TestSettings_AConfiguredCATakesPrecedenceOverBothVariables(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		p.newServer(t)
		ca, otherCA := certificate(t), certificate(t)+"\n"
		for name, c := range map[string]struct {
			m             connectionModel
			variable, env string
		}{
			"ca_pem and the file variable": {
				connectionModel{CAPEM: types.StringValue(ca)}, p.Variable("ca_file"), file(t, otherCA),
			},
			"ca_file and the variable": {connectionModel{CAFile: types.StringValue(file(t, ca))}, p.Variable("ca_pem"), otherCA},
			"ca_file and the file variable": {
				connectionModel{CAFile: types.StringValue(file(t, ca))}, p.Variable("ca_file"), file(t, otherCA),
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Setenv(c.variable, c.env)
				config, diags := p.clientConfig(t, c.m)
				if got := string(config.CAPEM); got != ca {
					t.Errorf("%q, %v", got, diags)
				}
			})
		}
	})
}

func TestSettings_AConfiguredPasswordTakesPrecedenceOverBothVariables(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		p.newServer(t)
		const other = "env-password"
		for name, c := range map[string]struct {
			m             connectionModel
			variable, env string
		}{
			"password and the file variable": {
				connectionModel{Password: types.StringValue(password)}, p.Variable("password_file"), file(t, other),
			},
			"password_file and the variable": {
				connectionModel{PasswordFile: types.StringValue(file(t, password))}, p.Variable("password"), other,
			},
			"password_file and the file variable": {
				connectionModel{PasswordFile: types.StringValue(file(t, password))}, p.Variable("password_file"), file(t, other),
			},
			"the file variable alone": {connectionModel{}, p.Variable("password_file"), file(t, password)},
		} {
			t.Run(name, func(t *testing.T) {
				t.Setenv(c.variable, c.env)
				config, diags := p.clientConfig(t, c.m)
				if config.Password != password {
					t.Errorf("the password is %q, %v", config.Password, diags)
				}
			})
		}
	})
}

func TestSettings_APasswordFileLosesOneLineBreakAndTheByteOrderMark(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		p.newServer(t)
		for content, want := range map[string]string{
			"secret": "secret", "secret\n": "secret", "secret\r\n": "secret", "\ufeffsecret\r\n": "secret",
			" secret \n": " secret ", "secret\n\n": "secret\n", "secret\r": "secret\r", "\nsecret": "\nsecret",
		} {
			config, _ := p.clientConfig(t, connectionModel{PasswordFile: types.StringValue(file(t, content))})
			if config.Password != want {
				t.Errorf("the password in %q is %q, want %q", content, config.Password, want)
			}
		}
	})
}

func TestSettings_ReadFlagsFromTheConfigurationThenTheEnvironment(t *testing.T) {
	eachProduct(t, func(t *testing.T, p product) {
		p.newServer(t)
		for name, c := range map[string]struct {
			value types.Bool
			env   string
			want  bool
		}{
			"neither":                 {types.BoolNull(), "", false},
			"configured":              {types.BoolValue(true), "", true},
			"configured false":        {types.BoolValue(false), "true", false},
			"configured true":         {types.BoolValue(true), "false", true},
			"the environment":         {types.BoolNull(), "true", true},
			"the environment says 1":  {types.BoolNull(), "1", true},
			"the environment says no": {types.BoolNull(), "false", false},
		} {
			t.Run(name, func(t *testing.T) {
				t.Setenv(p.Variable("insecure_skip_verify"), c.env)
				s := newSettings(p.ProductInfo)
				if got := s.flag(c.value, "insecure_skip_verify"); got != c.want || s.unknown || s.diags.HasError() {
					t.Errorf("%t, unknown %t, %v", got, s.unknown, s.diags)
				}
			})
		}
	})
}

func TestSettings_ReadThePlatformFromTheConfigurationThenTheEnvironment(t *testing.T) {
	em.newServer(t)
	for _, c := range [][3]string{
		{"", "", "windows"}, {"", "linux", "linux"}, {"windows", "linux", "windows"}, {"linux", "", "linux"},
	} {
		t.Setenv("VEEAM_EM_SERVER_PLATFORM", c[1])
		configured := types.StringValue(c[0])
		if c[0] == "" {
			configured = types.StringNull()
		}
		s := newSettings(tfkit.EnterpriseManager)
		if got := s.platform(configured); got != c[2] || s.diags.HasError() {
			t.Errorf("%q and %q: %q, %v", c[0], c[1], got, s.diags)
		}
	}
}
