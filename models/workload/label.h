#pragma once
/// @file A text that many jobs have in common.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace aifactory {

/// A tenant, a kind, the name of a cluster: copies share one string, which never changes.  It reads as a std::string does.
class Label {
 public:
  Label() = default;
  Label(std::string_view text) : text_(text.empty() ? nullptr : std::make_shared<const std::string>(text)) {}
  Label(const std::string& text) : Label(std::string_view(text)) {}
  Label(const char* text) : Label(std::string_view(text)) {}

  [[nodiscard]] const std::string& text() const {
    static const std::string kNone;
    return text_ ? *text_ : kNone;
  }
  operator const std::string&() const { return text(); }
  operator std::string_view() const { return text(); }
  [[nodiscard]] bool empty() const { return !text_; }

  friend bool operator==(const Label& a, const Label& b) { return a.text_ == b.text_ || a.text() == b.text(); }
  friend bool operator==(const Label& a, std::string_view b) { return a.text() == b; }
  friend bool operator==(const Label& a, const std::string& b) { return a.text() == b; }
  friend bool operator==(const Label& a, const char* b) { return a.text() == b; }

 private:
  std::shared_ptr<const std::string> text_;  ///< null: empty
};

/// Hands out one label for all equal texts of a source.
class LabelPool {
 public:
  const Label& of(std::string_view text) {
    const auto found = labels_.find(text);
    return found != labels_.end() ? found->second : labels_.emplace(text, text).first->second;
  }

 private:
  std::map<std::string, Label, std::less<>> labels_;
};

}  // namespace aifactory
