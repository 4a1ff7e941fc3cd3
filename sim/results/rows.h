#pragma once
/// @file Rows of a table that are made when they are looked at.
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace aifactory {

/// A table that is too long to be held row by row beside what its rows are made of: 100,000 jobs take 50 MB as records.
///
/// A row is a value.  The one that an iterator shows is made anew as it moves on; what is made into a row keeps its room
/// (the letters of a name), so that a walk through the table allocates next to nothing.
template <class Row>
class Rows {
 public:
  /// Makes row i; every member of a row that has been used before is set.
  using Fill = std::function<void(std::size_t i, Row& row)>;

  Rows() = default;
  /// @param fill keeps alive what it needs.
  Rows(std::size_t count, Fill fill) : count_(count), fill_(std::move(fill)) {}
  /// A short table, held row by row.
  Rows(std::vector<Row> rows)
      : Rows(rows.size(), [kept = std::make_shared<const std::vector<Row>>(rows)](std::size_t i, Row& row) { row = (*kept)[i]; }) {}
  Rows(std::initializer_list<Row> rows) : Rows(std::vector<Row>(rows)) {}

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Row operator[](std::size_t i) const { return at(i); }
  /// @throws std::out_of_range
  [[nodiscard]] Row at(std::size_t i) const {
    if (i >= count_) throw std::out_of_range("no such row");
    Row row{};
    fill_(i, row);
    return row;
  }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = const Row&;

    Iterator(const Rows& rows, std::size_t at) : rows_(&rows), at_(at) { look(); }
    reference operator*() const { return row_; }
    pointer operator->() const { return &row_; }
    Iterator& operator++() {
      ++at_;
      look();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    void look() {
      if (at_ < rows_->count_) rows_->fill_(at_, row_);
    }
    const Rows* rows_;
    std::size_t at_;
    Row row_{};
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, count_}; }

 private:
  std::size_t count_ = 0;
  Fill fill_;
};

}  // namespace aifactory
