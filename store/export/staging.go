package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"repost/store/newfile"
)

// staging is a file or a folder under a temporary name (package newfile), next to the one that
// it is to have. A device, a pipe or the like has no temporary name and is written in place.
type staging struct {
	name, temp string
	folder     bool
	file       *newfile.File // or the lock of the folder; nil: in place
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
		s.temp = name
		return s, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, writing(s.name, err)
	}
	if err != nil {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return nil, writing(s.name, err)
		}
	}
	if !folder {
		if s.file, err = newfile.Create(name); err == nil {
			s.temp = s.file.Name()
		}
		return s, err
	}
	if s.file, err = newfile.Begin(name); err != nil {
		return nil, writing(s.name, err)
	}
	if s.temp, err = s.file.Folder(); err != nil {
		s.file.Drop()
		return nil, writing(s.name, err)
	}
	return s, nil
}

// commit gives what was written its name.
func (s *staging) commit() error {
	switch {
	case s.file == nil:
		return nil
	case !s.folder:
		return s.file.Commit()
	}
	defer s.file.Drop()
	name := filepath.Clean(s.name)
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty one
		return writing(s.name, err)
	}
	if err := os.Chmod(s.temp, 0o777&^newfile.Umask()); err != nil {
		return writing(s.name, err)
	}
	if err := os.Rename(s.temp, name); err != nil {
		return writing(s.name, err)
	}
	return newfile.SyncDir(filepath.Dir(name))
}

// abort removes what was written.
func (s *staging) abort() {
	if s.file != nil {
		s.file.Drop()
	}
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
