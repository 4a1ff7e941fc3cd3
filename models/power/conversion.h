#pragma once
/// @file The conversion stages between the utility feed and the rack: transformer, UPS, power supply.
#include <optional>
#include <vector>

#include "models/power/loss_curve.h"

namespace aifactory {

/// Distribution transformer at unity power factor:
///
///     loss = P0 + Pk x^2,  x = output / rating
///
/// P0 no-load (core) loss, Pk load (winding) loss at rating.  Given either P0 and Pk, or one certified efficiency e at
/// load x_e; the split then puts the optimum there (core loss = winding loss): P0 = Pk x_e^2 = rating x_e (1/e - 1)/2.
///
/// Validity: loads 0..1.5.  *Not modelled*: power factor, tap position, winding temperature, inrush, harmonics.
/// Source: 10 CFR 431.196 (efficiency at 35 % load dry-type, 50 % liquid-filled); loss form as in IEC 60076-1.
class Transformer {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "transformers";
    Power rating;                      ///< kVA at unity power factor
    std::optional<double> efficiency;  ///< certified, at `efficiency_load`
    std::optional<double> efficiency_load;
    std::optional<Power> no_load_loss;  ///< P0
    std::optional<Power> load_loss;     ///< Pk at rating

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rating", p.rating, kPositive, "rated output at unity power factor");
      visit("efficiency", p.efficiency, Range{0.5, 1.0, true},
            "certified efficiency; or give no_load_loss and load_loss");
      visit("efficiency_load", p.efficiency_load, kPositiveFraction,
            "load at which the efficiency is certified (best point)");
      visit("no_load_loss", p.no_load_loss, kNonNegative, "core loss, at every load");
      visit("load_loss", p.load_loss, kNonNegative, "winding loss at rating");
    }
    /// Either way of giving the losses, not both and not half of one.
    template <class Report>
    void validate(Report& report) const {
      const bool by_efficiency = efficiency && efficiency_load, by_loss = no_load_loss && load_loss;
      if (by_efficiency == by_loss || efficiency.has_value() != efficiency_load.has_value() ||
          no_load_loss.has_value() != load_loss.has_value()) {
        report.error("efficiency", "must be given with efficiency_load, or else no_load_loss with load_loss");
      }
    }
  };

  /// @throws InputError naming the first parameter outside its range.
  explicit Transformer(const Params& params);

  [[nodiscard]] Power rating() const { return rating_; }
  [[nodiscard]] Power no_load_loss() const { return no_load_loss_; }
  [[nodiscard]] Power load_loss() const { return load_loss_; }
  [[nodiscard]] const LossCurve& curve() const { return curve_; }
  /// @pre output >= 0 W.
  [[nodiscard]] Power loss(Power output) const { return curve_.loss(output); }
  [[nodiscard]] Power output_for_input(Power input) const { return curve_.output_for_input(input); }

 private:
  Power rating_, no_load_loss_, load_loss_;
  LossCurve curve_;
};

/// How a UPS feeds its load.
enum class UpsMode {
  double_conversion,  ///< rectifier and inverter carry everything
  eco,                ///< the bypass carries the load, the inverter stands by
};
inline constexpr std::pair<const char*, UpsMode> kUpsModeNames[] = {{"double_conversion", UpsMode::double_conversion},
                                                                    {"eco", UpsMode::eco}};

/// Static UPS.  Through exactly three certified points the loss is the quadratic a + b x + c x^2 of its rating (fixed,
/// proportional and resistive loss); through any other number it is straight between them.
///
/// Validity: loads 0..1.5.  *Not modelled*: battery charging, transfer transients, eco-mode transfer time,
/// input power factor.  Source: IEC 62040-3 (efficiency at 25, 50, 75, 100 % load).
class Ups {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "ups";
    Power rating;
    std::vector<LoadPoint> double_conversion;
    std::vector<LoadPoint> eco;  ///< empty: the unit has no such mode

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rating", p.rating, kPositive, "rated output");
      visit("double_conversion", p.double_conversion, kAny,
            "certified points in double conversion; three make a quadratic");
      visit("eco", p.eco, kAny, "certified points in eco mode; none: no such mode");
    }
  };

  /// @throws InputError naming what is wrong.
  explicit Ups(const Params& params);

  [[nodiscard]] Power rating() const { return rating_; }
  [[nodiscard]] bool has_eco() const { return eco_.has_value(); }
  /// @pre a mode that the unit has.
  [[nodiscard]] const LossCurve& curve(UpsMode mode) const {
    AIF_CHECK(mode == UpsMode::double_conversion || eco_, "UPS without eco mode");
    return mode == UpsMode::eco ? *eco_ : double_conversion_;
  }
  [[nodiscard]] Power loss(Power output, UpsMode mode = UpsMode::double_conversion) const {
    return curve(mode).loss(output);
  }
  [[nodiscard]] Power output_for_input(Power input, UpsMode mode = UpsMode::double_conversion) const {
    return curve(mode).output_for_input(input);
  }

 private:
  Power rating_;
  LossCurve double_conversion_;
  std::optional<LossCurve> eco_;
};

/// Power supply or rectifier shelf: loss straight between certified points (labels certify minimum limits, and the
/// quadratic through those bends the wrong way).
///
/// Validity: loads 0..1.5; below the first point the first piece continues.
/// *Not modelled*: hold-up, current sharing between modules (the points are those of the whole shelf), standby modes.
/// Source: 80 PLUS program limits (CLEAResult), 230 V internal redundant.
class Psu {
 public:
  struct Params {
    static constexpr const char* kCatalogKind = "psus";
    Power rating;
    std::vector<LoadPoint> points;

    template <class Self, class Visitor>
    static void fields(Self& p, Visitor&& visit) {
      visit("rating", p.rating, kPositive, "rated DC output");
      visit("points", p.points, kAny, "certified efficiency at loads, ascending");
    }
  };

  /// @throws InputError naming what is wrong.
  explicit Psu(const Params& params);

  [[nodiscard]] Power rating() const { return rating_; }
  [[nodiscard]] const LossCurve& curve() const { return curve_; }
  [[nodiscard]] Power loss(Power output) const { return curve_.loss(output); }
  [[nodiscard]] Power output_for_input(Power input) const { return curve_.output_for_input(input); }

 private:
  Power rating_;
  LossCurve curve_;
};

}  // namespace aifactory
