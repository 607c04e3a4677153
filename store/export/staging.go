package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// staging is a file or a folder under a temporary name, beside the one that it is to
// have. A device, a pipe or the like has no temporary name and is written in place.
type staging struct {
	name, temp string
	folder     bool
	inPlace    bool
}

// stage makes a temporary file or folder for a name. It refuses a folder in which
// something is.
func stage(name string, folder bool) (*staging, error) {
	s := &staging{name: name, folder: folder}
	name = filepath.Clean(name)
	info, err := os.Stat(name)
	switch {
	case err == nil && folder && !info.IsDir():
		return nil, fmt.Errorf("writing %s: it is a file, and a folder is to be written", s.name)
	case err == nil && folder:
		in, err := os.ReadDir(name)
		if err != nil {
			return nil, writing(s.name, err)
		}
		if len(in) > 0 {
			return nil, fmt.Errorf("writing %s: the folder is not empty; give another name, or empty it first", s.name)
		}
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("writing %s: it is a folder; end the name with / to write into it", s.name)
	case err == nil && !info.Mode().IsRegular():
		s.temp, s.inPlace = name, true
		return s, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, writing(s.name, err)
	}
	parent, pattern := filepath.Dir(name), "."+filepath.Base(name)+"-*.tmp"
	if folder {
		s.temp, err = os.MkdirTemp(parent, pattern)
	} else {
		var f *os.File
		if f, err = os.CreateTemp(parent, pattern); err == nil {
			s.temp, err = f.Name(), f.Close()
		}
	}
	if err != nil {
		return nil, writing(s.name, err)
	}
	return s, nil
}

// commit gives what was written its name.
func (s *staging) commit() error {
	if s.inPlace {
		return nil
	}
	name := filepath.Clean(s.name)
	mode := fs.FileMode(0o644)
	if s.folder {
		mode = 0o755
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty one
			return writing(s.name, err)
		}
	}
	err := os.Chmod(s.temp, mode)
	if err == nil {
		err = os.Rename(s.temp, name)
	}
	if err != nil {
		return writing(s.name, err)
	}
	return syncFolder(filepath.Dir(name))
}

// abort removes what was written.
func (s *staging) abort() {
	if !s.inPlace {
		os.RemoveAll(s.temp)
	}
}

// syncFolder brings the names in a folder to disk, where the system can.
func syncFolder(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return nil // it was written to: the files are there
	}
	_ = d.Sync()
	return d.Close()
}

// writing says that a file could not be written, without the temporary name.
func writing(name string, err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		err = pe.Err
	case errors.As(err, &le):
		err = le.Err
	}
	return fmt.Errorf("writing %s: %w", name, err)
}

// within returns the path of a name below a folder. A name cannot lead out of it: ids of
// documents may be anything.
func within(folder, name string) string {
	var parts []string
	for _, p := range strings.Split(filepath.ToSlash(name), "/") {
		p = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"\|?*`, r) {
				return '_'
			}
			return r
		}, p)
		switch p {
		case "", ".":
			continue
		case "..":
			p = "__"
		}
		parts = append(parts, shortened(p))
	}
	if len(parts) == 0 {
		parts = []string{"_"}
	}
	return filepath.Join(append([]string{folder}, parts...)...)
}

// shortened cuts a name that no file system takes, at the beginning of a character, and
// keeps its extension.
func shortened(name string) string {
	const longest = 200 // bytes; file systems take 255
	if len(name) <= longest {
		return name
	}
	ext := filepath.Ext(name)
	if len(ext) > 20 {
		ext = ""
	}
	return strings.ToValidUTF8(name[:longest-len(ext)], "") + ext
}
