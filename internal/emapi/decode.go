// Copyright (c) The terraform-provider-veeam Authors
// SPDX-License-Identifier: MPL-2.0

package emapi

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/httpkit"
)

const namespace = "http://www.veeam.com/ent/v1.0"

var (
	errEmptyAnswer = errors.New("the answer is empty")
	errWrongRoot   = errors.New("the answer is of another type")
)

// decode reads one XML document of the API's namespace into the target whose key
// is the name of its root element, and gives that name. Everything else (another
// root or namespace, a cut-off document, text around it) is an error, so that no
// answer can pass for an empty one.
func decode(body []byte, targets map[string]any) (string, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if len(bytes.TrimSpace(body)) == 0 {
		return "", errEmptyAnswer
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return "", fmt.Errorf("the answer is not an XML document: %w", httpkit.UnexpectedEOF(err))
		}
		switch t := token.(type) {
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return "", errors.New("the answer is not an XML document")
			}
		case xml.StartElement:
			return t.Name.Local, decodeRoot(d, t, targets)
		}
	}
}

func decodeRoot(d *xml.Decoder, start xml.StartElement, targets map[string]any) error {
	target, known := targets[start.Name.Local]
	if start.Name.Space != namespace {
		return fmt.Errorf("%w: %s of the namespace %q instead of %s of %q",
			errWrongRoot, clip(start.Name.Local, 80), clip(start.Name.Space, 80), names(targets), namespace)
	}
	if !known {
		return fmt.Errorf("%w: %s instead of %s", errWrongRoot, clip(start.Name.Local, 80), names(targets))
	}
	if err := d.DecodeElement(target, &start); err != nil {
		return fmt.Errorf("the answer is not a whole XML document: %w", httpkit.UnexpectedEOF(err))
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the answer does not end with its document: %w", err)
		}
		switch t := token.(type) {
		case xml.Comment, xml.ProcInst:
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return errors.New("the answer does not end with its document")
			}
		default:
			return errors.New("the answer does not end with its document")
		}
	}
}

func names(targets map[string]any) string {
	all := make([]string, 0, len(targets))
	for name := range targets {
		all = append(all, name)
	}
	sort.Strings(all)
	return strings.Join(all, " or ")
}

type linkXML struct {
	Href string `xml:"Href,attr"`
}

// refXML is an EntityRef, or a Ref of EntityReferences.
type refXML struct {
	UID  string `xml:"UID,attr"`
	Name string `xml:"Name,attr"`
	Href string `xml:"Href,attr"`
}

type otherXML struct {
	XMLName xml.Name
}

type refsXML struct {
	Refs  []refXML   `xml:"Ref"`
	Other []otherXML `xml:",any"`
}

// id takes the ID from the UID, or else from the Href.
func (r refXML) id(collection string) (string, error) {
	if id, ok := guidOfUID(r.UID); ok {
		return id, nil
	}
	if id, ok := guidOfHref(r.Href, collection); ok {
		return id, nil
	}
	return "", fmt.Errorf("an entry of the answer (Name %q, UID %q) has no ID", clip(r.Name, 80), clip(r.UID, 80))
}

// ownOrLinked takes an ID from an entry's own Href, or from those of its links.
func ownOrLinked(href string, links []linkXML, collection string) (string, bool) {
	if id, ok := guidOfHref(href, collection); ok {
		return id, true
	}
	for _, link := range links {
		if id, ok := guidOfHref(link.Href, collection); ok {
			return id, true
		}
	}
	return "", false
}

// hollow refuses a list without entries whose document holds other elements: it
// is a list of something else, not an empty one.
func hollow(entries int, other []otherXML) error {
	if entries > 0 {
		return nil
	}
	for _, o := range other {
		switch o.XMLName.Local {
		case "Links", "Link", "PagingInfo":
		default:
			return fmt.Errorf("the list in the answer holds %s elements and none that are known", clip(o.XMLName.Local, 80))
		}
	}
	return nil
}

// parseBool reads an XML boolean, in any case: the pages write true and True.
func parseBool(element, s string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("%s is %q instead of true or false", element, clip(s, 40))
}
