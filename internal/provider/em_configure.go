// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
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
	maxMaxRetries         = 20
)

var pathEM = path.Root("em")

// configureEM makes the client of Enterprise Manager from the configuration and the environment. It returns nil
// where neither names a server, and an EM without a client where a value is not known yet.
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
	allowLockout := s.flag(cfg.AllowSelfLockout, "allow_self_lockout")
	if diags.HasError() {
		return nil, diags
	}
	if s.unknown {
		return &tfkit.EM{}, diags
	}
	c, err := emapi.New(client)
	if err != nil {
		diags.AddAttributeError(pathEM, "The connection to Enterprise Manager cannot be set up", err.Error())
		return nil, diags
	}
	p.clients.Add(c)
	return &tfkit.EM{Client: c, ServerPlatform: platform, AllowSelfLockout: allowLockout}, diags
}

// connectionVariables are those that mean that a server is configured, each of them needed.
var connectionVariables = []string{"VEEAM_EM_ENDPOINT", "VEEAM_EM_USERNAME", "VEEAM_EM_PASSWORD"}

// settings reads single values from the configuration, then the environment, and gathers what is wrong with them.
type settings struct {
	diags   *diag.Diagnostics
	unknown bool // a value is known only after apply
}

func variable(attribute string) string { return "VEEAM_EM_" + strings.ToUpper(attribute) }

func (s *settings) refuse(attribute, summary, detail string) {
	s.diags.AddAttributeError(pathEM.AtName(attribute), summary, detail)
}

func (s *settings) text(v types.String, attribute string) string {
	switch {
	case v.IsUnknown():
		s.unknown = true
		return ""
	case !v.IsNull():
		return v.ValueString()
	}
	return os.Getenv(variable(attribute))
}

func (s *settings) needed(v types.String, attribute, what string) string {
	value := s.text(v, attribute)
	if value == "" && !v.IsUnknown() {
		s.refuse(attribute, "Enterprise Manager is configured in part",
			fmt.Sprintf("The %s is missing. Set %s in em, or %s in the environment.", what, attribute, variable(attribute)))
	}
	return value
}

func (s *settings) flag(v types.Bool, attribute string) bool {
	switch {
	case v.IsUnknown():
		s.unknown = true
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

// client gathers the configuration of the client, and the platform of the server.
func (s *settings) client(cfg emModel, version string) (emapi.Config, string) {
	c := emapi.Config{
		Endpoint:           s.needed(cfg.Endpoint, "endpoint", "address of the server"),
		Username:           s.needed(cfg.Username, "username", "name of the account to log on as"),
		Password:           s.needed(cfg.Password, "password", "password of the account"),
		APIVersion:         s.apiVersion(cfg.APIVersion),
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
	if c.Endpoint != "" {
		if _, err := emapi.ParseEndpoint(c.Endpoint); err != nil {
			s.refuse("endpoint", "Not an address of Enterprise Manager", err.Error())
		}
	}
	if c.InsecureSkipVerify && len(c.PinnedSHA256) > 0 {
		s.refuse("tls_pinned_sha256", "Pinned certificates and no verification at all",
			"insecure_skip_verify accepts any certificate, tls_pinned_sha256 only the ones listed. Remove insecure_skip_verify.")
	} else if c.InsecureSkipVerify {
		s.diags.AddAttributeWarning(pathEM.AtName("insecure_skip_verify"), "The server's certificate is not verified",
			"Whoever sits between can read the password and hand out access to restores. Use ca_file, ca_pem or tls_pinned_sha256 instead.")
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
			fmt.Sprintf("%q is not one of %s.", platform, strings.Join(tfkit.Platforms, ", ")))
	}
	return platform
}

func (s *settings) apiVersion(v types.String) string {
	version := s.text(v, "api_version")
	digits := strings.TrimPrefix(version, "v1_")
	if _, err := strconv.ParseUint(digits, 10, 8); version != "" && version != "latest" && (digits == version || err != nil) {
		s.refuse("api_version", "Unknown form of API version", fmt.Sprintf("%q is neither latest nor of the form v1_7.", version))
	}
	return version
}

// authorities reads the certificates to trust. A configured source beats the other one's variable.
func (s *settings) authorities(cfg emModel) []byte {
	if cfg.CAFile.IsUnknown() || cfg.CAPEM.IsUnknown() {
		s.unknown = true
		return nil
	}
	file, pem := cfg.CAFile.ValueString(), cfg.CAPEM.ValueString()
	source := "ca_pem"
	if file == "" && pem == "" {
		file, pem = os.Getenv(variable("ca_file")), os.Getenv(variable("ca_pem"))
		if file != "" && pem != "" {
			s.refuse("ca_file", "Two sources of trusted certificates", "VEEAM_EM_CA_FILE and VEEAM_EM_CA_PEM are both set. Unset one of them.")
			return nil
		}
	}
	if file != "" {
		source = "ca_file"
		content, err := os.ReadFile(file)
		if err != nil {
			s.refuse(source, "The file of trusted certificates cannot be read", err.Error())
			return nil
		}
		pem = string(content)
	}
	if pem != "" && !strings.Contains(pem, "-----BEGIN CERTIFICATE-----") {
		s.refuse(source, "No certificate in PEM form", "The value of "+source+" (or "+variable(source)+") holds no block that begins with -----BEGIN CERTIFICATE-----.")
	}
	return []byte(pem)
}

func (s *settings) pins(v types.List) []string {
	var pins []string
	switch {
	case v.IsUnknown():
		s.unknown = true
		return nil
	case !v.IsNull():
		for _, e := range v.Elements() {
			pin, ok := e.(types.String)
			if !ok || pin.IsUnknown() {
				s.unknown = true
				return nil
			}
			pins = append(pins, pin.ValueString())
		}
		if len(pins) == 0 {
			s.refuse("tls_pinned_sha256", "No certificate would be accepted", "The list is empty. Remove the attribute to trust the usual authorities.")
		}
	default:
		for pin := range strings.SplitSeq(os.Getenv(variable("tls_pinned_sha256")), ",") {
			if pin = strings.TrimSpace(pin); pin != "" {
				pins = append(pins, pin)
			}
		}
	}
	for _, pin := range pins {
		if !isSHA256(pin) {
			s.refuse("tls_pinned_sha256", "Not a SHA-256 fingerprint",
				fmt.Sprintf("%q is not 64 hexadecimal digits, with or without colons between them.", pin))
		}
	}
	return pins
}

func isSHA256(pin string) bool {
	digits := strings.ReplaceAll(pin, ":", "")
	return len(digits) == 64 && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
}

func (s *settings) requestTimeout(v types.String) time.Duration {
	raw := s.text(v, "request_timeout")
	if raw == "" {
		return defaultRequestTimeout
	}
	d, err := time.ParseDuration(raw)
	if err != nil || d <= 0 {
		s.refuse("request_timeout", "Not a duration", fmt.Sprintf("%q is not a positive duration such as 30s or 2m.", raw))
	}
	return d
}

func (s *settings) maxRetries(v types.Int64) int {
	switch {
	case v.IsUnknown():
		s.unknown = true
		return 0
	case !v.IsNull():
		return int(v.ValueInt64())
	}
	raw := os.Getenv(variable("max_retries"))
	if raw == "" {
		return defaultMaxRetries
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 0 || n > maxMaxRetries {
		s.refuse("max_retries", "Not a number of retries", fmt.Sprintf("%s is %q. Write a number from 0 to %d.", variable("max_retries"), raw, maxMaxRetries))
	}
	return n
}
