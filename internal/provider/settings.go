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
	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
	"github.com/veeam-community/terraform-provider-veeam/internal/tfkit"
)

const (
	defaultRequestTimeout = 60 * time.Second
	defaultMaxRetries     = 4
)

// settings reads each value of a product from the configuration or else from the environment, and collects the errors.
type settings struct {
	product tfkit.ProductInfo
	fields  map[string]clientField // by field of the client's configuration
	diags   diag.Diagnostics
	unknown bool              // a value is known only after apply
	noValue map[string]bool   // attributes without a value for the client: unknown, or already refused
	files   map[string]string // by field of the client's configuration: the file that its value comes from
	pinned  bool              // there are pins
}

func newSettings(p tfkit.ProductInfo) *settings {
	return &settings{product: p, fields: clientFields(p), noValue: map[string]bool{}, files: map[string]string{}}
}

// open reads the product's attribute into m. It reports whether there is a configuration to read: if neither the
// provider block nor the environment configures a server, or nothing of it is known yet, there is none.
func (s *settings) open(ctx context.Context, configured types.Object, m any) bool {
	switch {
	case configured.IsUnknown():
		s.unknown = true
		return false
	case configured.IsNull():
		// If any of the required values is set, a server is configured.
		required := []string{"endpoint", "username", "password", "password_file"}
		return slices.ContainsFunc(required, func(attribute string) bool { return s.environment(attribute) != "" })
	}
	s.diags.Append(configured.As(ctx, m, basetypes.ObjectAsOptions{})...)
	return !s.diags.HasError()
}

// unfinished returns what Configure returns for a product that gets no client: nil, or an empty P if a value is not
// known yet.
func unfinished[P any](s *settings) (*P, diag.Diagnostics) {
	if s.unknown && !s.diags.HasError() {
		return new(P), s.diags
	}
	return nil, s.diags
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

// at returns the path of an attribute of the product.
func (s *settings) at(attribute string) path.Path {
	return path.Root(s.product.Attribute).AtName(attribute)
}

// environment returns the value of the variable of an attribute.
func (s *settings) environment(attribute string) string {
	return os.Getenv(s.product.Variable(attribute))
}

// named names an attribute together with its variable.
func (s *settings) named(attribute string) string {
	return fmt.Sprintf("%s (or %s)", attribute, s.product.Variable(attribute))
}

// report adds an error for a value that the client refuses.
func (s *settings) report(attribute, summary, problem string) {
	s.diags.AddAttributeError(s.at(attribute), summary, "Check the value of "+s.named(attribute)+": "+problem)
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
	return s.environment(attribute)
}

func (s *settings) flag(v types.Bool, attribute string) bool {
	switch {
	case v.IsUnknown():
		s.markUnknown(attribute)
		return false
	case !v.IsNull():
		return v.ValueBool()
	}
	raw := s.environment(attribute)
	if raw == "" {
		return false
	}
	b, err := strconv.ParseBool(raw)
	if err != nil {
		s.refuse(attribute, "Not true or false", fmt.Sprintf("the value is %q instead of true or false.", raw))
	}
	return b
}

// client returns the configuration of the client. Those of all clients have the same fields, so that one can be
// converted to another.
func (s *settings) client(m connectionModel, version string) emapi.Config {
	c := emapi.Config{
		Endpoint:           s.text(m.Endpoint, "endpoint"),
		Username:           s.text(m.Username, "username"),
		Password:           s.password(m),
		APIVersion:         s.text(m.APIVersion, "api_version"),
		CAPEM:              []byte(s.fileOr("CAPEM", m.CAFile, m.CAPEM)),
		PinnedSHA256:       s.pins(m.TLSPinnedSHA256),
		InsecureSkipVerify: s.flag(m.InsecureSkipVerify, "insecure_skip_verify"),
		RequestTimeout:     s.requestTimeout(m.RequestTimeout),
		MaxRetries:         s.maxRetries(m.MaxRetries),
		UserAgent:          "terraform-provider-veeam/" + version,
		Log: func(ctx context.Context, message string, fields map[string]any) {
			tflog.Debug(ctx, message, fields)
		},
	}
	s.pinned = len(c.PinnedSHA256) > 0
	if c.InsecureSkipVerify && !s.pinned && len(c.CAPEM) == 0 {
		s.diags.AddAttributeWarning(s.at("insecure_skip_verify"), "The server's certificate is not verified",
			"An attacker on the network can read the password and grant access to restores. "+
				"Use ca_file, ca_pem or tls_pinned_sha256 instead.")
	}
	return c
}

// fileOr returns the value of a field that one attribute contains and another one names a file of. A configured
// attribute takes precedence over both environment variables.
func (s *settings) fileOr(fieldName string, file, value types.String) string {
	field := s.fields[fieldName]
	if file.IsUnknown() || value.IsUnknown() {
		s.markUnknown(field.attribute)
		return ""
	}
	name, content := file.ValueString(), value.ValueString()
	if file.IsNull() && value.IsNull() {
		name, content = s.environment(field.file), s.environment(field.attribute)
		if name != "" && content != "" {
			s.skipCheck(field.attribute)
			s.refuse(field.file, "Two sources of "+field.content,
				fmt.Sprintf("%s and %s are both set. Unset one of them.",
					s.product.Variable(field.attribute), s.product.Variable(field.file)))
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
func (s *settings) password(m connectionModel) string {
	password := s.fileOr("Password", m.PasswordFile, m.Password)
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
		raw := s.environment("tls_pinned_sha256")
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
	raw := s.environment("max_retries")
	if raw == "" {
		return defaultMaxRetries
	}
	n, err := strconv.Atoi(raw)
	if err != nil {
		s.refuse("max_retries", "Not a number of retries",
			fmt.Sprintf("the value is %q instead of a number from 0 to %d.", raw, httpkit.MostRetries))
	}
	return n
}
