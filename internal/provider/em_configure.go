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
	s := newSettings(&diags)
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
var connectionVariables = []string{
	"VEEAM_EM_ENDPOINT", "VEEAM_EM_USERNAME", "VEEAM_EM_PASSWORD", "VEEAM_EM_PASSWORD_FILE",
}

// settings reads each value from the configuration or else from the environment, and collects the errors.
type settings struct {
	diags   *diag.Diagnostics
	unknown bool              // a value is known only after apply
	noValue map[string]bool   // attributes without a value for the client: unknown, or already refused
	files   map[string]string // by field of the client's configuration: the file that its value comes from
}

func newSettings(diags *diag.Diagnostics) *settings {
	return &settings{diags: diags, noValue: map[string]bool{}, files: map[string]string{}}
}

// clientField describes a field of the client's configuration in the provider's errors.
type clientField struct {
	attribute string // sets the field
	what      string // describes the value; only for a required field
	refused   string // summary of the error if the client refuses the value
	form      string // says how to write the value, if the client's error does not
	file      string // another attribute, which sets the field to the content of a file; may be empty
	content   string // describes that content
}

var clientFields = map[string]clientField{
	"Endpoint": {attribute: "endpoint", what: "address of the server", refused: "Not an address of Enterprise Manager"},
	"Username": {
		attribute: "username", what: "name of the account to log on as", refused: "Not a name to log on as",
		form: ` Write it as DOMAIN\name or name@domain. In a quoted string of the configuration, a backslash is written ` +
			`twice: "DOMAIN\\name". In an environment variable, it is written once.`,
	},
	"Password": {
		attribute: "password", what: "password of the account", file: "password_file", content: "the password",
		refused: "Not a password to log on with",
		form:    " Only one line break at the end of a password_file is dropped.",
	},
	"APIVersion": {attribute: "api_version", refused: "Not an API version"},
	"CAPEM": {
		attribute: "ca_pem", file: "ca_file", content: "trusted certificates",
		refused: "Not a certificate in PEM or DER format",
	},
	"PinnedSHA256": {attribute: "tls_pinned_sha256", refused: "Not a SHA-256 fingerprint"},
	// The client refuses it only in combination with the other settings of trust, so the error is at these.
	"InsecureSkipVerify": {
		attribute: "tls_pinned_sha256", refused: "Conflicting settings for the server's certificate",
	},
	"RequestTimeout": {attribute: "request_timeout", refused: "Not a duration"},
	"MaxRetries":     {attribute: "max_retries", refused: "Not a number of retries"},
}

// check reports what the client refuses, at the attributes that set it.
func (s *settings) check(c emapi.Config) {
	for _, problem := range c.Check() {
		of := problem.Field
		summary, form := clientFields[of].refused, clientFields[of].form
		if of == "InsecureSkipVerify" && len(c.PinnedSHA256) == 0 {
			of = "CAPEM"
		}
		field, file := clientFields[of], s.files[of]
		if file != "" {
			field.attribute = field.file
		}
		name := pathEM.AtName(field.attribute)
		switch {
		case s.noValue[field.attribute]:
		case errors.Is(problem, emapi.ErrEmpty) && file == "":
			s.diags.AddAttributeError(name, "Incomplete Enterprise Manager configuration",
				fmt.Sprintf("The %s is missing. Set %s in em, or %s in the environment.",
					field.what, field.attribute, variable(field.attribute)))
		case problem.Field == "InsecureSkipVerify":
			s.diags.AddAttributeError(name, summary, fmt.Sprintf("%s accepts any certificate, so that %s has no effect. "+
				"Remove insecure_skip_verify.", named("insecure_skip_verify"), named(field.attribute)))
		case file != "":
			s.report(field.attribute, summary, fmt.Sprintf("the file %q: %v.%s", file, problem, form))
		default:
			s.report(field.attribute, summary, fmt.Sprintf("%v.%s", problem, form))
		}
	}
}

// skipCheck records that the client's configuration has no value of the attribute, so that check skips it.
func (s *settings) skipCheck(attribute string) {
	s.noValue[attribute] = true
}

// markUnknown records that the attribute's value is known only after apply.
func (s *settings) markUnknown(attribute string) {
	s.unknown = true
	s.skipCheck(attribute)
}

func variable(attribute string) string { return "VEEAM_EM_" + strings.ToUpper(attribute) }

// named names an attribute together with its variable.
func named(attribute string) string { return fmt.Sprintf("%s (or %s)", attribute, variable(attribute)) }

// report adds an error for a value that the client refuses.
func (s *settings) report(attribute, summary, problem string) {
	s.diags.AddAttributeError(pathEM.AtName(attribute), summary, "Check the value of "+named(attribute)+": "+problem)
}

// refuse adds an error for a value that cannot be converted for the client's configuration.
func (s *settings) refuse(attribute, summary, problem string) {
	s.skipCheck(attribute)
	s.report(attribute, summary, problem)
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
		s.refuse(attribute, "Not true or false", fmt.Sprintf("the value is %q instead of true or false.", raw))
	}
	return b
}

// client returns the configuration of the client and the platform of the server.
func (s *settings) client(cfg emModel, version string) (emapi.Config, string) {
	c := emapi.Config{
		Endpoint:           s.text(cfg.Endpoint, "endpoint"),
		Username:           s.text(cfg.Username, "username"),
		Password:           s.password(cfg),
		APIVersion:         s.text(cfg.APIVersion, "api_version"),
		CAPEM:              []byte(s.fileOr("CAPEM", cfg.CAFile, cfg.CAPEM)),
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

// fileOr returns the value of a field that one attribute contains and another one names a file of. A configured
// attribute takes precedence over both environment variables.
func (s *settings) fileOr(fieldName string, file, value types.String) string {
	field := clientFields[fieldName]
	if file.IsUnknown() || value.IsUnknown() {
		s.markUnknown(field.attribute)
		return ""
	}
	name, content := file.ValueString(), value.ValueString()
	if file.IsNull() && value.IsNull() {
		name, content = os.Getenv(variable(field.file)), os.Getenv(variable(field.attribute))
		if name != "" && content != "" {
			s.skipCheck(field.attribute)
			s.refuse(field.file, "Two sources of "+field.content,
				fmt.Sprintf("%s and %s are both set. Unset one of them.", variable(field.attribute), variable(field.file)))
			return ""
		}
	}
	if name == "" {
		return content
	}
	s.files[fieldName] = name
	read, err := os.ReadFile(name)
	if err != nil {
		s.refuse(field.file, "The file of "+field.content+" cannot be read",
			fmt.Sprintf("the file %q cannot be read: %v. Write an absolute path, or one that is relative to the directory in "+
				"which Terraform runs.", name, errors.Unwrap(err)))
	}
	return string(read)
}

// password returns the password. That of a file has no byte order mark and one line break less.
func (s *settings) password(cfg emModel) string {
	password := s.fileOr("Password", cfg.PasswordFile, cfg.Password)
	if s.files["Password"] == "" {
		return password
	}
	password = strings.TrimPrefix(password, "\ufeff")
	if line, ok := strings.CutSuffix(password, "\n"); ok {
		return strings.TrimSuffix(line, "\r")
	}
	return password
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
				"the list is empty. Add a fingerprint, or remove the attribute to trust the certificate authorities of the system.")
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
				fmt.Sprintf("the value is %q, which contains no fingerprint. Add one, or unset the variable to trust the "+
					"certificate authorities of the system.", raw))
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
		problem := fmt.Sprintf("%q is not a positive duration such as 30s or 2m.", raw)
		if n, err := strconv.Atoi(raw); err == nil && n > 0 {
			problem += fmt.Sprintf(" For %d seconds, write %[1]ds.", n)
		}
		s.refuse("request_timeout", "Not a duration", problem)
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
			fmt.Sprintf("the value is %q instead of a number from 0 to %d.", raw, emapi.MostRetries))
	}
	return n
}
