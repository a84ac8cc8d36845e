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
	errEmptyResponse = errors.New("the response is empty")
	errWrongRoot     = errors.New("the response has an unexpected type")
)

// decode decodes one XML document in the namespace of the API into the target whose key is the name of the root
// element, and returns that name. Everything else (another root or namespace, a truncated document, text around the
// document) is an error, so that an unexpected response is never taken for an empty list.
func decode(body []byte, targets map[string]any) (string, error) {
	return decodeFrom(bytes.NewReader(body), targets)
}

// children is a target of decode that gets the elements in the root element one after another. It is called with the
// start of each, and must decode it.
type children func(d *xml.Decoder, start *xml.StartElement) error

// element returns children of one kind, each of which is passed to do.
func element[T any](do func(T)) children {
	return func(d *xml.Decoder, start *xml.StartElement) error {
		var x T
		if err := d.DecodeElement(&x, start); err != nil {
			return err
		}
		do(x)
		return nil
	}
}

// elements are children by the name of the element.
type elements map[string]children

// or returns children of these kinds, and others.
func (e elements) or(others children) children {
	return func(d *xml.Decoder, start *xml.StartElement) error {
		if known, ok := e[start.Name.Local]; ok {
			return known(d, start)
		}
		return others(d, start)
	}
}

// decodeFrom is decode for a document that is read while it is decoded.
func decodeFrom(body io.Reader, targets map[string]any) (string, error) {
	limited := &perElement{body: body, left: maxElement}
	d := xml.NewDecoder(limited)
	for empty := true; ; {
		token, err := d.Token()
		switch {
		case empty && errors.Is(err, io.EOF):
			return "", errEmptyResponse
		case err != nil:
			return "", fmt.Errorf("the response is not an XML document: %w", httpkit.UnexpectedEOF(err))
		}
		switch t := token.(type) {
		case xml.CharData:
			if len(bytes.TrimSpace(bytes.TrimPrefix(t, []byte("\ufeff")))) > 0 {
				return "", errors.New("the response is not an XML document")
			}
		case xml.StartElement:
			limited.left = maxElement
			return t.Name.Local, decodeRoot(d, limited, t, targets)
		default:
			empty = false
		}
	}
}

// maxElement is the most bytes of an element of a list that is decoded while it is received, and of a whole document
// otherwise.
const maxElement = 16 << 20

// perElement reads a body, up to a limit for each element. The decoder reads a few bytes ahead, which count as well.
type perElement struct {
	body io.Reader
	left int // bytes of this element
}

func (p *perElement) Read(buffer []byte) (int, error) {
	if p.left <= 0 {
		return 0, fmt.Errorf("an element of the response is larger than %d MiB", maxElement>>20)
	}
	n, err := p.body.Read(buffer)
	p.left -= n
	return n, err
}

// each decodes the elements in the root element one after another.
func (p *perElement) each(d *xml.Decoder, decode children) error {
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			p.left = maxElement
			if err := decode(d, &t); err != nil {
				return err
			}
		case xml.EndElement: // of the root
			return nil
		}
	}
}

func decodeRoot(d *xml.Decoder, body *perElement, start xml.StartElement, targets map[string]any) error {
	target, known := targets[start.Name.Local]
	if start.Name.Space != namespace {
		return fmt.Errorf("%w: %s in namespace %q instead of %s in %q",
			errWrongRoot, clip(start.Name.Local, 80), clip(start.Name.Space, 80), rootNames(targets), namespace)
	}
	if !known {
		return fmt.Errorf("%w: %s instead of %s", errWrongRoot, clip(start.Name.Local, 80), rootNames(targets))
	}
	var err error
	if list, ok := target.(children); ok {
		err = body.each(d, list)
	} else {
		err = d.DecodeElement(target, &start)
	}
	if err != nil {
		return fmt.Errorf("the response is not a complete XML document: %w", httpkit.UnexpectedEOF(err))
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the response does not end after its document: %w", err)
		}
		switch t := token.(type) {
		case xml.Comment, xml.ProcInst:
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return errors.New("the response does not end after its document")
			}
		default:
			return errors.New("the response does not end after its document")
		}
	}
}

func rootNames(targets map[string]any) string {
	all := make([]string, 0, len(targets))
	for name := range targets {
		all = append(all, name)
	}
	sort.Strings(all)
	return strings.Join(all, " or ")
}

type linkXML struct {
	Rel  string `xml:"Rel,attr"`
	Name string `xml:"Name,attr"`
	Href string `xml:"Href,attr"`
}

// linksXML are the links of an entity or a reference.
type linksXML struct {
	Links []linkXML `xml:"Links>Link"`
}

// up returns the ID and the name of the object in a collection that an object belongs to, both empty if no link leads
// there.
func (x linksXML) up(collection string) (id, name string) {
	for _, link := range x.Links {
		if id, ok := guidOfHref(link.Href, collection); ok && strings.EqualFold(link.Rel, "Up") {
			return id, link.Name
		}
	}
	return "", ""
}

// refXML is an EntityRef element, or a Ref element of EntityReferences.
type refXML struct {
	UID  string `xml:"UID,attr"`
	Name string `xml:"Name,attr"`
	Href string `xml:"Href,attr"`
}

// otherXML is an element of a list that is none of the entries that the client knows.
type otherXML struct {
	XMLName xml.Name
	refXML
	PagesCount string `xml:"PagesCount,attr"` // of PagingInfo
}

type refsXML struct {
	Refs  []refXML   `xml:"Ref"`
	Other []otherXML `xml:",any"`
}

// id returns the ID in the UID or, if there is none, in the Href.
func (r refXML) id(collection string) (string, error) {
	if id, ok := guidOfUID(r.UID); ok {
		return id, nil
	}
	if id, ok := guidOfHref(r.Href, collection); ok {
		return id, nil
	}
	return "", fmt.Errorf("an entry in the response (Name %q, UID %q) has no ID", clip(r.Name, 80), clip(r.UID, 80))
}

// entryID returns the ID in the Href of an entry or, if there is none, in the Href of one of its links.
func entryID(href string, links []linkXML, collection string) (string, bool) {
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

// checkList returns an error if a response is not the whole list. A list without entries but with other elements is a
// list of something else and not an empty one. A list of several pages shows only some of the entries: the others would
// be taken for deleted. No collection of the API is known to have pages.
func checkList(entries int, other []otherXML) error {
	for _, o := range other {
		switch name := o.XMLName.Local; {
		case name == "Links" || name == "Link":
		case name == "PagingInfo":
			if pages := strings.TrimSpace(o.PagesCount); pages != "" && pages != "0" && pages != "1" {
				return fmt.Errorf("the response is one of %s pages of the list, and the client does not read lists in pages",
					clip(pages, 20))
			}
		case entries == 0:
			return fmt.Errorf("the list in the response contains %s elements instead of known entries", clip(name, 80))
		}
	}
	return nil
}

// parseBool parses an XML boolean without regard to case: the API reference uses both true and True.
func parseBool(element, s string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("%s is %q instead of true or false", element, clip(s, 40))
}
