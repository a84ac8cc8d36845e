// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/veeam-community/terraform-provider-veeam/internal/emapi"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

const (
	defaultRequestTimeout = 60 * time.Second
	defaultMaxRetries     = 4
)

var pathEM = path.Root("em")

// configureEM creates the client of Enterprise Manager from the configuration and the environment. It returns nil if
// neither of them configures a server, and an EM without a client if a value is not known yet.
func (p *veeamProvider) configureEM(ctx context.Context, m model) (*tfkit.EM, diag.Diagnostics) {
	var cfg emModel
	var diags diag.Diagnostics
	if m.EM.IsUnknown() {
		return &tfkit.EM{}, nil
	}
	if m.EM.IsNull() {
		cfg.TLSPinnedSHA256 = types.ListNull(types.StringType)
		if !slices.ContainsFunc(connectionVariables, func(name string) bool { return os.Getenv(name) != "" }) {
			return nil, nil
		}
	} else if diags = m.EM.As(ctx, &cfg, basetypes.ObjectAsOptions{}); diags.HasError() {
		return nil, diags
	}
	s := &settings{diags: &diags}
	client, platform := s.client(cfg, p.version)
	s.check(client)
	allowLockout := s.flag(cfg.AllowSelfLockout, "allow_self_lockout")
	if diags.HasError() {
		return nil, diags
	}
	if s.unknown {
		return &tfkit.EM{}, diags
	}
	c, err := emapi.New(client)
	if err != nil {
		diags.AddAttributeError(pathEM, "Invalid Enterprise Manager configuration", err.Error())
		return nil, diags
	}
	p.clients.Add(c)
	return &tfkit.EM{Client: c, ServerPlatform: platform, AllowSelfLockout: allowLockout}, diags
}

// connectionVariables are the required variables. If any of them is set, a server is configured.
var connectionVariables = []string{"VEEAM_EM_ENDPOINT", "VEEAM_EM_USERNAME", "VEEAM_EM_PASSWORD"}

// settings reads each value from the configuration or else from the environment, and collects the errors.
type settings struct {
	diags    *diag.Diagnostics
	unknown  bool            // a value is known only after apply
	noValue  map[string]bool // attributes without a value for the client: unknown, or already refused
	caSource string          // the attribute from which the trusted certificates come
}

// clientField describes a field of the client's configuration in the provider's errors.
type clientField struct {
	attribute string // sets the field
	what      string // describes the value; only for a required field
	refused   string // summary of the error if the client refuses the value
}

var clientFields = map[string]clientField{
	"Endpoint":     {"endpoint", "address of the server", "Not an address of Enterprise Manager"},
	"Username":     {"username", "name of the account to log on as", "Not a name to log on as"},
	"Password":     {"password", "password of the account", ""},
	"APIVersion":   {"api_version", "", "Not an API version"},
	"CAPEM":        {"ca_pem", "", "Not a certificate in PEM format"},
	"PinnedSHA256": {"tls_pinned_sha256", "", "Not a SHA-256 fingerprint"},
	// The client refuses it only in combination with the other settings of trust, so the error is at these.
	"InsecureSkipVerify": {"tls_pinned_sha256", "", "Conflicting settings for the server's certificate"},
	"RequestTimeout":     {"request_timeout", "", "Not a duration"},
	"MaxRetries":         {"max_retries", "", "Not a number of retries"},
}

// check reports what the client refuses, at the attributes that set it.
func (s *settings) check(c emapi.Config) {
	for _, problem := range c.Check() {
		field := clientFields[problem.Field]
		if problem.Field == "CAPEM" || problem.Field == "InsecureSkipVerify" && len(c.PinnedSHA256) == 0 {
			field.attribute = s.caSource
		}
		if s.noValue[field.attribute] {
			continue
		}
		summary := field.refused
		detail := fmt.Sprintf("Check the value of %s (or %s): %v.", field.attribute, variable(field.attribute), problem)
		switch {
		case errors.Is(problem, emapi.ErrEmpty):
			summary = "Incomplete Enterprise Manager configuration"
			detail = fmt.Sprintf("The %s is missing. Set %s in em, or %s in the environment.",
				field.what, field.attribute, variable(field.attribute))
		case problem.Field == "InsecureSkipVerify":
			detail = fmt.Sprintf("insecure_skip_verify (or %s) accepts any certificate, so that %s (or %s) has no effect. "+
				"Remove insecure_skip_verify.", variable("insecure_skip_verify"), field.attribute, variable(field.attribute))
		}
		s.diags.AddAttributeError(pathEM.AtName(field.attribute), summary, detail)
	}
}

// skipCheck records that the client's configuration has no value of the attribute, so that check skips it.
func (s *settings) skipCheck(attribute string) {
	if s.noValue == nil {
		s.noValue = map[string]bool{}
	}
	s.noValue[attribute] = true
}

// markUnknown records that the attribute's value is known only after apply.
func (s *settings) markUnknown(attribute string) {
	s.unknown = true
	s.skipCheck(attribute)
}

func variable(attribute string) string { return "VEEAM_EM_" + strings.ToUpper(attribute) }

// refuse adds an error for a value that cannot be converted for the client's configuration.
func (s *settings) refuse(attribute, summary, detail string) {
	s.skipCheck(attribute)
	s.diags.AddAttributeError(pathEM.AtName(attribute), summary, detail)
}

func (s *settings) text(v types.String, attribute string) string {
	switch {
	case v.IsUnknown():
		s.markUnknown(attribute)
		return ""
	case !v.IsNull():
		return v.ValueString()
	}
	return os.Getenv(variable(attribute))
}

func (s *settings) flag(v types.Bool, attribute string) bool {
	switch {
	case v.IsUnknown():
		s.markUnknown(attribute)
		return false
	case !v.IsNull():
		return v.ValueBool()
	}
	raw := os.Getenv(variable(attribute))
	if raw == "" {
		return false
	}
	b, err := strconv.ParseBool(raw)
	if err != nil {
		s.refuse(attribute, "Not true or false", fmt.Sprintf("%s is %q. Write true or false.", variable(attribute), raw))
	}
	return b
}

// client returns the configuration of the client and the platform of the server.
func (s *settings) client(cfg emModel, version string) (emapi.Config, string) {
	c := emapi.Config{
		Endpoint:           s.text(cfg.Endpoint, "endpoint"),
		Username:           s.text(cfg.Username, "username"),
		Password:           s.text(cfg.Password, "password"),
		APIVersion:         s.text(cfg.APIVersion, "api_version"),
		CAPEM:              s.authorities(cfg),
		PinnedSHA256:       s.pins(cfg.TLSPinnedSHA256),
		InsecureSkipVerify: s.flag(cfg.InsecureSkipVerify, "insecure_skip_verify"),
		RequestTimeout:     s.requestTimeout(cfg.RequestTimeout),
		MaxRetries:         s.maxRetries(cfg.MaxRetries),
		UserAgent:          "terraform-provider-veeam/" + version,
		Log: func(ctx context.Context, message string, fields map[string]any) {
			tflog.Debug(ctx, message, fields)
		},
	}
	if c.InsecureSkipVerify && len(c.PinnedSHA256) == 0 && len(c.CAPEM) == 0 {
		s.diags.AddAttributeWarning(pathEM.AtName("insecure_skip_verify"), "The server's certificate is not verified",
			"An attacker on the network can read the password and grant access to restores. "+
				"Use ca_file, ca_pem or tls_pinned_sha256 instead.")
	}
	return c, s.platform(cfg.ServerPlatform)
}

func (s *settings) platform(v types.String) string {
	platform := s.text(v, "server_platform")
	if platform == "" {
		return tfkit.PlatformWindows
	}
	if !slices.Contains(tfkit.Platforms, platform) {
		s.refuse("server_platform", "Unknown platform",
			fmt.Sprintf("%q is not a platform. Use one of %s.", platform, strings.Join(tfkit.Platforms, ", ")))
	}
	return platform
}

// authorities reads the trusted certificates. A configured attribute takes precedence over both environment variables.
func (s *settings) authorities(cfg emModel) []byte {
	s.caSource = "ca_pem"
	if cfg.CAFile.IsUnknown() || cfg.CAPEM.IsUnknown() {
		s.unknown = true
		return nil
	}
	file, pem := cfg.CAFile.ValueString(), cfg.CAPEM.ValueString()
	if file == "" && pem == "" {
		file, pem = os.Getenv(variable("ca_file")), os.Getenv(variable("ca_pem"))
		if file != "" && pem != "" {
			s.refuse("ca_file", "Two sources of trusted certificates",
				"VEEAM_EM_CA_FILE and VEEAM_EM_CA_PEM are both set. Unset one of them.")
			return nil
		}
	}
	if file != "" {
		s.caSource = "ca_file"
		content, err := os.ReadFile(file)
		if err != nil {
			s.refuse(s.caSource, "The file of trusted certificates cannot be read", err.Error())
			return nil
		}
		pem = string(content)
	}
	return []byte(pem)
}

func (s *settings) pins(v types.List) []string {
	var pins []string
	switch {
	case v.IsUnknown():
		s.markUnknown("tls_pinned_sha256")
		return nil
	case !v.IsNull():
		for _, e := range v.Elements() {
			pin, ok := e.(types.String)
			if !ok || pin.IsUnknown() {
				s.markUnknown("tls_pinned_sha256")
				return nil
			}
			pins = append(pins, pin.ValueString())
		}
		if len(pins) == 0 {
			s.refuse("tls_pinned_sha256", "No certificate would be accepted",
				"The list is empty. Add a fingerprint, or remove the attribute to trust the certificate authorities of the system.")
		}
	default:
		raw := os.Getenv(variable("tls_pinned_sha256"))
		for pin := range strings.SplitSeq(raw, ",") {
			if pin = strings.TrimSpace(pin); pin != "" {
				pins = append(pins, pin)
			}
		}
		if raw != "" && len(pins) == 0 {
			s.refuse("tls_pinned_sha256", "No certificate would be accepted",
				fmt.Sprintf("%s is %q, which contains no fingerprint. Add one, or unset the variable to trust the certificate "+
					"authorities of the system.", variable("tls_pinned_sha256"), raw))
		}
	}
	return pins
}

func (s *settings) requestTimeout(v types.String) time.Duration {
	raw := s.text(v, "request_timeout")
	if raw == "" {
		return defaultRequestTimeout
	}
	d, err := time.ParseDuration(raw)
	if err != nil || d == 0 { // the client treats 0 as not configured
		s.refuse("request_timeout", "Not a duration", fmt.Sprintf("%q is not a positive duration such as 30s or 2m.", raw))
	}
	return d
}

func (s *settings) maxRetries(v types.Int64) int {
	switch {
	case v.IsUnknown():
		s.markUnknown("max_retries")
		return 0
	case !v.IsNull():
		return int(v.ValueInt64())
	}
	raw := os.Getenv(variable("max_retries"))
	if raw == "" {
		return defaultMaxRetries
	}
	n, err := strconv.Atoi(raw)
	if err != nil {
		s.refuse("max_retries", "Not a number of retries",
			fmt.Sprintf("%s is %q. Set it to a number from 0 to %d.", variable("max_retries"), raw, emapi.MostRetries))
	}
	return n
}
