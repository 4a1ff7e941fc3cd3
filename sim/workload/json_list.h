#pragma once
/// @file Long lists in JSON, one entry at a time.
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace aifactory {

using Json = nlohmann::json;

/// Whether the first character of the file that is no blank is a brace or a bracket.  @throws InputError
[[nodiscard]] bool begins_like_json(const std::string& path);

/// Hands on the entries of a JSON list, the whole document (`key` "") or the member `key` of the document: elements of a
/// list, or {"name": NAME, "value": VALUE} for members of an object.  Everything else of the document is passed over;
/// only one entry is held at a time.
/// @param format what the file ought to be, for messages.
/// @throws InputError with the position of what is no JSON, for values nested more than 64 deep, or when the document
/// is no such list or has no such member.
void for_each_json_entry(const std::string& path, const std::string& format, const std::string& key,
                         const std::function<void(const Json&)>& entry);

}  // namespace aifactory
