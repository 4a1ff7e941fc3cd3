# cmake -DOUT=FILE.cc -DNAME=function -DFILES=a;b;c -P embed.cmake: a C++ file whose function aifactory::tools::NAME() returns the
# bytes of the files one after another, a line break after each.  Comments that name source maps are taken out: a browser would look for them.
set(text "")
set(count 0)
foreach(file ${FILES})
  file(READ ${file} hex HEX)
  string(APPEND text ${hex} "0a")
endforeach()
# "//# sourceMappingURL=" and "/*# sourceMappingURL=": the word alone makes it a map.
string(REPLACE "736f757263654d617070696e6755524c" "736f757263656d61706f6d6974746564" text "${text}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," text "${text}")
string(REGEX REPLACE "((..?.?.?.?.?.?,){32})" "\\1\n" text "${text}")
file(WRITE ${OUT}.new "#include <string_view>
namespace aifactory::tools {
namespace {
constexpr char kBytes[] = {
${text}
};
}  // namespace
std::string_view ${NAME}();
std::string_view ${NAME}() { return std::string_view(kBytes, sizeof kBytes); }
}  // namespace aifactory::tools
")
file(COPY_FILE ${OUT}.new ${OUT} ONLY_IF_DIFFERENT)
file(REMOVE ${OUT}.new)
