"""Published and hand-computed points of the models, asked of the program as a user would: `aifactory eval`.

Each row is a model, its arguments, and outputs with the difference accepted: half of the last digit that the source
prints, unless a tolerance of its own stands there.  Sources are named at each table; figures marked (c) were computed by an
independent program from the formula cited.
"""
import json

from accuracy import accuracy
from program import ProgramTest

REL = 3e-4  # PsychroLib's own tests


def near(value, relative):
    return (value, abs(value) * relative)


# ASHRAE Fundamentals 2017 chapter 1; values and relative tolerance of PsychroLib's test suite.
PSYCHROMETRICS = [
    # 150 degC is no air of weather: that point is asked of the function itself, in the models' tests.
    *[("psychrometrics", ["dry_bulb_c=%g" % t, "relative_humidity=0.1", "pressure_pa=110000"], {"saturation_pressure_pa": near(p, REL)})
      for t, p in ((-5, 401.74), (5, 872.6), (25, 3169.7), (50, 12351.3), (100, 101418.0))],
    ("psychrometrics", ["dry_bulb_c=30", "humidity_ratio=0.02"], {"enthalpy_j_per_kg": near(81316, REL)}),
    ("psychrometrics", ["dry_bulb_c=30", "humidity_ratio=0.02", "pressure_pa=95461"],
     {"specific_volume_m3_per_kg": near(0.940855374, REL), "density_kg_per_m3": near(1.084119863, REL)}),
    ("psychrometrics", ["dry_bulb_c=30", "wet_bulb_c=25", "pressure_pa=95461"], {"humidity_ratio": near(0.01922813, REL)}),
    ("psychrometrics", ["dry_bulb_c=-1", "wet_bulb_c=-5", "pressure_pa=95461"], {"humidity_ratio": near(0.001203998, REL)}),
    ("psychrometrics", ["dry_bulb_c=7", "relative_humidity=0.61", "pressure_pa=100000"], {"wet_bulb_c": near(3.926674, 1e-3)}),
    ("psychrometrics", ["dry_bulb_c=40", "wet_bulb_c=20"],
     {"humidity_ratio": (0.0065, 1e-4), "relative_humidity": (0.14, 0.01), "enthalpy_j_per_kg": (56700, 100)}),
    # (c) exact values of the formulas.
    *[("psychrometrics", ["dry_bulb_c=%g" % t, "relative_humidity=%g" % rh, "pressure_pa=%g" % p],
       {"humidity_ratio": (w, 5.1e-7), "enthalpy_j_per_kg": (h, 0.051), "wet_bulb_c": (wb, 5.1e-5), "dew_point_c": (dp, 5.1e-5),
        "density_kg_per_m3": (rho, 5.1e-6)})
      for t, rh, p, w, h, wb, dp, rho in ((35, .40, 101325, .014132, 71473.2, 23.9345, 19.3846, 1.13592),
                                          (40, .20, 101325, .009198, 63929.0, 22.0320, 12.7831, 1.12104),
                                          (45, .15, 101325, .008960, 68428.6, 23.2690, 12.3890, 1.10357),
                                          (35, .40, 84000, .017127, 79158.5, 23.3848, 19.3846, 0.94005),
                                          (30, .90, 101325, .024376, 92503.8, 28.5865, 28.1771, 1.14783))],
]

# The tower of EnergyPlus' Merkel example: 25.6 degC wet bulb, 35.0 to 29.5 degC, .00109317 m3/s of water, .56124 m3/s of air.
WATER, AIR = 0.00109317 * 995.586, 0.56124 * 1.2
EXAMPLE_TOWER = ["design_wet_bulb_c=25.6", "design_inlet_c=35", "design_leaving_c=29.5", "design_heat_w=%.10g" % (WATER * 4184 * 5.5),
                 "liquid_to_gas=%.12g" % (WATER / AIR)]
TOWERS = [
    # YorkCalc, EnergyPlus Engineering Reference (c): wet bulb, range, water, air, approach.
    *[("tower_yorkcalc", ["wet_bulb_c=%g" % wb, "range_k=%g" % r, "water_ratio=%g" % w, "air_ratio=%g" % a], {"approach_k": (k, 5.1e-7)})
      for wb, r, w, a, k in ((25.55, 5.56, 1, 1, 3.844515), (25.55, 5.56, 1, .5, 8.682718), (25.55, 5.56, .5, 1, 1.422190),
                             (20, 6, 1, 1, 5.375761), (10, 6, 1, .4, 19.931034), (26.7, 11.1, 1.25, 1, 8.005970))],
    # Merkel (c): size, design point, and one minute of the EnergyPlus day, which gives 30.00 degC itself.
    ("tower_merkel", ["wet_bulb_c=25.6", "inlet_c=35", *EXAMPLE_TOWER], {"ua_w_per_k": (1713.02, 0.01), "leaving_water_c": (29.49280, 1e-5)}),
    ("tower_merkel", ["wet_bulb_c=18.69", "inlet_c=33.39", "water_flow_kg_per_s=1.089", "fan_ratio=0.3819", *EXAMPLE_TOWER],
     {"leaving_water_c": (30.024, 2e-3)}),
    # Water of a tower (c): 1 MW, range 5.5 K, L/G 1.2, 4 cycles, drift .008 %; Qureshi and Zubair's factor beside it.
    *[("tower_water", ["dry_bulb_c=%g" % t, "relative_humidity=%g" % rh, "heat=1MW", "range_k=5.5"],
       {"evaporation_kg_s": (e, 5.1e-6), "blowdown_kg_s": (b, 5.1e-6), "makeup_l_per_kwh": (total, 5.1e-5)})
      for t, rh, e, b, total in ((35, .40, .46607, .15188, 2.2371), (20, .50, .35775, .11577, 1.7172), (5, .70, .24986, .07981, 1.1994))],
    ("tower_water", ["dry_bulb_c=35", "relative_humidity=0.4", "heat=1MW", "range_k=5.5"],
     {"factor_per_kelvin": (1.661477e-3, 5.1e-10), "factor_evaporation_kg_s": (.39710, 5.1e-6)}),
]

# DOE-2 curves of EnergyPlus' data sets (c): leaving, entering, part load, f1, f2, f3, W, COP.
CHILLERS = [
    *[("chiller_eir", ["chiller=" + name, "evaporator_leaving_c=%g" % te, "condenser_entering_c=%g" % tc, "part_load=%g" % plr],
       {"f1": (f1, 5.1e-7), "f2": (f2, 5.1e-7), "f3": (f3, 5.1e-7), "power_w": (p, 0.051), "cop": (cop, 5.1e-5)})
      for name, te, tc, plr, f1, f2, f3, p, cop in (
          ("carrier_19xr_1407", 6.67, 26.67, 1, 1.048358, .943524, .998118, 229920.6, 6.4136),
          ("carrier_19xr_1407", 8, 20, .5, 1.162396, .773646, .506784, 106133.6, 7.7027),
          ("carrier_19xr_1407", 10, 32.22, .8, 1.007233, .976523, .789172, 180766.2, 6.2701),
          ("york_yk_2771", 7, 22, .5, 1.105532, .900714, .358495, 144622.8, 10.5915),
          ("carrier_30xa500", 6.67, 35, 1, 1.014965, 1.011679, 1, 569848.8, 2.8665),
          ("carrier_30xa500", 8, 45, .8, .827292, 1.255556, .8, 461159.3, 2.3097))],
    # Modelica Buildings, Carnot_TEva (c), anchored at COP 6.84 at 6.67/31.67 degC leaving.
    *[("chiller_carnot", ["evaporator_leaving_c=%g" % te, "condenser_leaving_c=%g" % tc], {"cop": (cop, 5.1e-4), "effectiveness": (.7140, 5.1e-5)})
      for te, tc, cop in ((18, 35, 9.831), (25, 35, 15.103), (30, 45, 11.317), (40, 50, 15.868))],
]

EXCHANGERS = [
    # Effectiveness-NTU formulas (c).
    *[("heat_exchanger", ["arrangement=" + kind, "ntu=%g" % n, "capacity_ratio=%g" % z], {"effectiveness": (e, 5.1e-7)})
      for kind, n, z, e in (("counterflow", 1, .5, .564733), ("counterflow", 2, 1, .666667), ("counterflow", 3, .75, .817118),
                            ("counterflow", .5, 0, .393469), ("crossflow", 1, .5, .544764), ("crossflow", 2, 1, .615407),
                            ("crossflow", 3, .75, .755313))],
    # Dry cooler of BAC's record in Modelica Buildings (c): inlet, air, flow, fan, leaving, kW, fan kW.
    *[("dry_cooler", ["inlet_c=%g" % tin, "dry_bulb_c=%g" % air, "water_flow_kg_per_s=%.10g" % (w * 2931e3 / (4184 * 5.56)), "fan_ratio=%g" % fan],
       {"leaving_water_c": (out, 5.1e-5), "heat_w": (q * 1e3, 51), "fan_power_w": (p * 1e3, 5.1), "ua_w_per_k": (607477, 1)})
      for tin, air, w, fan, out, q, p in ((46.11, 25, 1, 1, 35.5455, 5569.2, 117.68), (46.11, 25, 1, .5, 39.0376, 3728.3, 14.71),
                                          (55, 35, .6, 1, 41.7727, 4183.7, 117.68), (46.11, 40, 1, 1, 43.0523, 1611.9, 117.68))],
    # Adiabatic pads of .8 cool air of 35 degC and 20 degC wet bulb to 23 degC: 46.11 - .50045 (46.11 - 23).
    ("dry_cooler", ["inlet_c=46.11", "dry_bulb_c=23"], {"leaving_water_c": (34.5446, 5.1e-5)}),
    ("adiabatic", ["inlet_c=46.11", "dry_bulb_c=35", "wet_bulb_c=20"], {"leaving_water_c": (34.5446, 5.1e-5)}),
    # CDU of 1.3 MW at 1.5 L/min/kW of PG25, supply 40 degC from 36 degC (c).
    ("cdu", [], {"supply_c": (40, 5.1e-5), "return_c": (50.0080, 5.1e-5), "effectiveness": (.71445, 5.1e-6), "ua_w_per_k": (325.0e3, 51)}),
    ("cdu", ["primary_flow_ratio=0.7"], {"supply_c": (43.1294, 5.1e-5)}),
    ("cdu", ["primary_flow_ratio=0.5"], {"supply_c": (47.9303, 5.1e-5)}),
    # Cold plate .012 + .013 (V/1.5)^-.65 K/W (c).
    *[("cold_plate", ["power_w=%g" % p, "flow_l_per_min=%g" % v, "inlet_c=%g" % t], {"resistance_k_per_w": (r, 5.1e-7), "junction_c": (tj, 5.1e-5)})
      for p, v, t, r, tj in ((1000, 1.5, 45, .025, 70.0000), (1400, 2.1, 45, .022446, 76.4247), (1000, .75, 40, .032399, 72.3992))],
    # Affinity laws; 50 L/s x 300 kPa / .75.
    ("fan", ["rated_power_w=1", "rated_flow_m3_s=1", "fan_ratio=0.8"], {"fan_power_w": (.5120, 1e-12), "flow_m3_s": (.8, 1e-12)}),
    ("pump_group", [], {"power_w": (20.00e3, 5), "flow_m3_s": (.050, 1e-9)}),
    # Time to overheat: 1 kg of copper with .15 L of PG25; loops of 3 and 20 L/kW.
    ("heat_up", ["power=1kW", "from_c=70", "to_c=87", "solid_kg=1", "liquid_l=0.15"],
     {"capacity_j_per_k": (984.5, .051), "rate_k_per_s": (1.0157, 5.1e-5), "time_s": (16.74, 5.1e-3)}),
    ("heat_up", ["power=120W", "from_c=70", "to_c=87", "solid_kg=1", "liquid_l=0.15"], {"time_s": (139.5, .051)}),
    ("heat_up", ["power=1kW", "from_c=30", "to_c=40", "liquid_l=3"], {"rate_k_per_min": (5.004, 5.1e-4)}),
    ("heat_up", ["power=100MW", "from_c=30", "to_c=40", "liquid_m3=2000", "liquid_density=994 kg/m3", "liquid_heat=4180 J/kg/K"],
     {"rate_k_per_min": (.7220, 5.1e-5)}),
]

TITANIUM, RUBY = "0.1:0.9,0.2:0.94,0.5:0.96,1:0.91", "0.05:0.9,0.1:0.91,0.2:0.95,0.5:0.965,1:0.92"
POWER = [
    # 10 CFR 431.196, dry, 1000 kVA: 99.28 % at 35 %; liquid 2500 kVA: 99.53 % at 50 %; best point at the test load (c).
    *[("transformer", ["rating=1MVA", "output=%gMVA" % x, "efficiency=0.9928", "efficiency_load=0.35"],
       {"efficiency": (e, 5.1e-7), "no_load_loss_w": (1269.14, 5.1e-3), "load_loss_w": (10360.31, 5.1e-3)})
      for x, e in ((.1, .986458), (.35, .992800), (.5, .992341), (1, .988504))],
    *[("transformer", ["rating=2.5MVA", "output=%gMVA" % (2.5 * x), "efficiency=0.9953", "efficiency_load=0.5"],
       {"loss_w": (loss, .051), "no_load_loss_w": (2951.4, .051), "load_loss_w": (11805.5, .051)})
      for x, loss in ((.25, 3689.2), (.5, 5902.7), (1, 14756.9))],
    *[("transformer", ["rating=%gkVA" % kva, "output=%gkVA" % (.35 * kva), "efficiency=%g" % e, "efficiency_load=0.35"],
       {"efficiency": (e, 1e-9)}) for kva, e in ((300, .9902), (500, .9914), (750, .9923))],
    # UPS certified .955/.966/.960 at .25/.5/1: the quadratic through three points (c).
    *[("ups", ["rating=1MW", "output=%gMW" % x], {"efficiency": (e, 5.1e-6)})
      for x, e in ((.1, .90680), (.25, .955), (.3, .95966), (.5, .966), (.75, .96456), (1, .960))],
    ("ups", ["rating=1MW", "output=1MW"], {"coefficients": ([.010106, -.001591, .033152], 5.1e-7)}),
    # 80 PLUS limits, and between them the loss, not the efficiency, is straight: Titanium at 35 % (.012766 + .020833)/2 = .0168.
    *[("psu", ["rating=1kW", "output=%gkW" % x, "points=" + TITANIUM], {"efficiency": (e, 1e-9)})
      for x, e in ((.1, .90), (.2, .94), (.5, .96), (1, .91))],
    ("psu", ["rating=1kW", "output=0.35kW", "points=" + TITANIUM], {"loss_w": (16.7997, 1e-3)}),
    *[("psu", ["rating=1kW", "output=%gkW" % x, "points=" + RUBY], {"efficiency": (e, 1e-9)})
      for x, e in ((.05, .90), (.1, .91), (.2, .95), (.5, .965), (1, .92))],
    # ExaDigiT/RAPS, config/frontier.yaml: every node with its CPU at .5 and two of four GPUs at full load.
    ("frontier", ["cpu_utilization=0.5", "gpu_utilization=0.5"],
     {"system_w": (17.7672e6, 51), "rack_w": (237234.6939, 1e-3), "node_w": (1665.26, 1e-9)}),
    # IEC 60255-151 and IEEE C37.112, time multiplier 1 (c).
    *[("breaker", ["profile=0s:%g" % m, "curve=" + curve], {"trip_time_s": (t, 5.1e-6)})
      for curve, times in (("iec_standard_inverse", (10.02903, 4.27972, 2.97060)), ("iec_very_inverse", (13.5, 3.375, 1.5)),
                           ("iec_extremely_inverse", (26.66667, 3.33333, .80808)), ("ieee_extremely_inverse", (9.52170, 1.29670, .40655)))
      for m, t in zip((2, 5, 10), times)],
    # EI, ten seconds at 2 and then 4 times rated: 10/26.667 of the way, the rest of 5.333 s.
    ("breaker", ["profile=0s:2,10s:4"], {"trip_time_s": (13.33333, 5.1e-6), "tripped": (True, 0)}),
    # 1.5 MW for 5 min at .97, and its first 10 s.
    ("ups_battery", ["power=1.5MW", "span=5min"], {"energy_kwh": (128.866, 5.1e-4)}),
    ("ups_battery", ["power=1.5MW", "span=10s"], {"energy_kwh": (4.296, 5.1e-4)}),
    # 100 MWh, .5, 50 MW for 30 min each way, .921954 each way.
    ("battery", ["capacity=100MWh", "soc=0.5", "power=50MW", "span=30min"], {"soc": (.730489, 5.1e-7)}),
    ("battery", ["capacity=100MWh", "soc=0.5", "power=-50MW", "span=30min"], {"soc": (.228837, 5.1e-7)}),
    # ISO/IEC 30134: 1.25 and 1.0 MWh at 350 g/kWh, .2 MWh reused; 2.6 Mgal for a megawatt year.
    ("kpi", ["facility=1.25MWh", "it=1MWh", "intensity=350 g/kWh", "reused=0.2MWh"],
     {"pue": (1.25, 1e-12), "cue_kg_per_kwh": (.4375, 1e-12), "erf": (.16, 1e-12), "ere": (1.05, 1e-12)}),
    ("kpi", ["facility=8760MWh", "it=8760MWh", "water=2600000 gal"], {"wue_l_per_kwh": (1.1235, 5.1e-5)}),
]

THERMAL = [
    # P = 900 + 100 exp((T - 60)/60), R = .025 K/W (c); in 40 digits 1019.078911991 and 1042.026636027 W.
    *[("leakage", ["dynamic_power=900W", "leakage=100W", "resistance=0.025 K/W", "coolant_c=%g" % tc], {"junction_c": (t, 5.1e-7), "power_w": (p, 1.1e-6)})
      for tc, t, p in ((45, 70.476973, 1019.078912), (55, 81.050666, 1042.026637))],
    # One node, 60 J/K and .025 K/W, 45 degC, 1 kW.
    *[("thermal_network", ["capacities=60J/K", "resistances=0.025K/W", "power=0s:1kW", "coolant=0s:45degC", "thresholds=65degC", "until=%gs" % until],
       {"temperatures_c": ([t], 5.1e-7), "time_constants_s": ([1.5], 1e-9)}) for until, t in ((1, 57.164572), (3, 66.616618))],
    ("thermal_network", ["capacities=60J/K", "resistances=0.025K/W", "power=0s:1kW", "coolant=0s:45degC", "thresholds=65degC", "until=9s"],
     {"crossing_times_s": ([2.414157], 5.1e-7)}),
    # Two nodes, an independent matrix exponential: temperatures at 1, 10, 60 s, the steady state and the crossing of 65 degC.
    *[("thermal_network", ["capacities=60J/K,900J/K", "resistances=0.013K/W,0.012K/W", "power=0s:1kW", "coolant=0s:45degC", "thresholds=65degC", "until=%gs" % until],
       {"temperatures_c": ([t1, t2], 1e-8), "steady_c": ([70, 57], 1e-9), "time_constants_s": ([.7279616, 11.5720384], 5.1e-8)})
      for until, t1, t2 in ((1, 54.55272679, 45.45851330), (10, 64.21358755, 51.60362629), (60, 69.92310001, 56.92828337))],
    ("thermal_network", ["capacities=60J/K,900J/K", "resistances=0.013K/W,0.012K/W", "power=0s:1kW", "coolant=0s:45degC", "thresholds=65degC,71degC", "until=60s"],
     {"crossing_times_s": ([11.690358987, None], 5.1e-10)}),
    # In steps: the same kilowatt taken away at 20 s; 65 degC is crossed once, on the way up.
    ("thermal_network", ["capacities=60J/K,900J/K", "resistances=0.013K/W,0.012K/W", "power=0s:1kW,20s:0W", "coolant=0s:45degC", "thresholds=65degC", "until=300s"],
     {"crossing_times_s": ([11.690358987], 5.1e-10), "temperatures_c": ([45, 45], 1e-6)}),
    # A pipe of 12 m3: 600 s at 20 L/s; with the flow halved half way another 600 s for the other 6 m3; a stop of 100 s adds 100 s.
    ("transport_line", ["volume=12m3", "start=30degC", "flow=0s:20L/s", "inlet=0s:35degC,60s:36degC"], {"change_times_s": ([600, 660], 1e-9), "outlets_c": ([35, 36], 1e-9)}),
    ("transport_line", ["volume=12m3", "start=30degC", "flow=0s:20L/s,300s:10L/s", "inlet=0s:35degC"], {"change_times_s": ([900], 1e-9), "outlet_c": (35, 1e-9)}),
    ("transport_line", ["volume=12m3", "start=30degC", "flow=0s:20L/s,300s:0L/s,400s:20L/s", "inlet=0s:35degC", "until=650s"], {"change_times_s": ([], 0), "outlet_c": (30, 1e-9)}),
    ("transport_line", ["volume=12m3", "start=30degC", "flow=0s:20L/s,300s:0L/s,400s:20L/s", "inlet=0s:35degC"], {"change_times_s": ([700], 1e-9)}),
]

GRID = [
    # Points on both sides of the ITI (CBEMA) curve.
    *[("itic", ["voltage=%g" % pu, "span=%gs" % span], {"region": (region, 0)})
      for pu, span, region in ((0, .019, "ride"), (0, .021, "trip"), (.69, .3, "trip"), (.71, .49, "ride"), (.75, 5, "trip"), (.85, 9.9, "ride"),
                               (.85, 11, "trip"), (1.15, .4, "ride"), (1.15, .6, "damage"))],
    # Six sags 16 s apart: three in a minute latch at the third.
    ("sag_counter", ["sags=0s,16s,32s,48s,64s,80s"], {"latched": (True, 0), "latch_time_s": (32, 1e-9)}),
    # ERCOT's four coincident peaks: 900, 850, 0 and 700 MW at 66 USD/kW-year.
    ("coincident_peak", ["peaks=900MW,850MW,0MW,700MW", "rate=66USD/kW"], {"mean_power_w": (612.5e6, 1e-3), "charge_usd": (40.425e6, 1e-3)}),
    # Two thirds of a quarter of an hour at 3 MW.
    ("demand_charge", ["steps=0s:1MW,60min:3MW,70min:0MW", "until=2h", "rate=15USD/kW"], {"demand_w": (2e6, 1e-6), "charge_usd": (30e3, 1e-6)}),
    # 10 MW x .8 x (1 - .0035 x 20) = 7.44 MW, and clipped at 7 MW.
    ("pv", ["irradiance=800W/m2", "cell_c=45", "rating=10MW", "inverter=7MW"], {"dc_w": (7.44e6, 1e-3), "power_w": (7e6, 1e-9), "clipped_w": (.44e6, 1e-3)}),
    # (7.5^3 - 3^3)/(12^3 - 3^3).
    ("wind", ["wind=7.5 m/s", "rating=100MW"], {"power_w": (23.2142857e6, 1)}),
    # 100 MW at 35 degC leaves 86; at half load 2.5 (.8 + .2/.5) = 3.
    ("turbine", ["power=50MW", "rating=100MW", "heat_rate=2.5"], {"heat_rate": (3.0, 1e-12), "fuel_w": (150e6, 1e-3), "capacity_w": (100e6, 1e-3)}),
    ("turbine", ["power=100MW", "rating=100MW", "air_c=35"], {"power_w": (86e6, 1e-3)}),
    ("clean_share", ["load=10MW,10MW,10MW,10MW", "clean=0MW,25MW,10MW,5MW"], {"matched": (.625, 1e-12), "annual": (1, 1e-12)}),
    ("ramp", ["samples=10MW,10MW,13MW,17MW,4MW,6MW", "spacing=1s", "window=2s"], {"step_up_w": (5e6, 1e-6), "ramp_down_w_per_s": (5e6, 1e-6)}),
]

GPT_175B = ["model=gpt3_175b", "hardware=a100_sxm_80gb", "gpus=64", "tp=8", "pp=8", "vp=3", "batch=64", "recompute=full"]
COMPUTE = [
    # Korthikanti et al. 2022, table 5: 18.13 s; the row that sets the efficiency.
    ("training_step", GPT_175B, {"step_s": (18.13, .02 * 18.13), "accelerators": (64, 0)}),
    # A measured step wins, its parts keep their shares.
    ("training_step", [*GPT_175B, "measured_step=20s"], {"step_s": (20, 1e-9)}),
    # Narayanan et al. 2021, table 1: 163 TFLOP/s on 3,072.
    ("training_step", ["model=megatron_1t", "hardware=a100_sxm_80gb", "gpus=3072", "tp=8", "pp=64", "gbs=3072", "recompute=full", "gemm_efficiency=0.72"],
     {"hardware_flop_rate_flop_per_s": (163e12, .06 * 163e12)}),
    # Ring of 8 at 370 GB/s: 14/8 GB and 14 messages of 1 us; a flat ring is the same within a domain.
    *[("collective", ["operation=%s" % op, "members=8", "size=1GB", "scale_up=370GB/s", "scale_out=45GB/s"], {"time_s": (1.75 / 370 + 14e-6, 1e-12)})
      for op in ("all_reduce", "ring")],
    # Daly's exact formula (c): 16,384 accelerators at 6.5 failures in 1,000 node-days.
    ("ettr", ["interval=60min", "write=1min", "restart=15min", "nodes=2048", "failure_rate=0.0065/d"], {"ettr_frac": (.637, 5.1e-4), "mtti_s": (6491.4, 3)}),
    # Llama 3: 419 unexpected interruptions in 54 days on 2,048 nodes.
    ("training_run", ["nodes=2048", "failure_rate=%.9g/d" % (419 / 2048 / 54), "span=54d", "seeds=100"],
     {"interruptions": (419, 8.2), "mtti_s": (3.09 * 3600, .05 * 3.09 * 3600), "residual_frac": (0, 1e-9)}),
    # BLOOM: 2.3 TB at 57.5 GB/s.
    ("checkpoint_write", ["size=2.3TB", "nodes=48", "accelerators=384", "node_to_store=25GB/s", "store=57.5GB/s"], {"blocking_stall_s": (40, 1e-9)}),
    # A square step of 0.5 s between 1.4 and 0.4 kW: lines of 2000 / (pi k) W at odd k.
    ("waveform", ["phases=0.25s:1.4kW,0.25s:0.4kW", "window=1s", "sampling=4Hz", "lines=3"],
     {"line_amplitudes_w": ([636.6197724, 0, 212.2065908], 1e-6), "mean_w": (900, 1e-9), "energy_j": (900, 1e-9), "bins_w": ([1400, 400, 1400, 400], 1e-9)}),
    # 85 + 615 f^2.4 = 400 W.
    ("power_cap", ["workload=gemm", "hardware=h100_sxm", "cap=400W"], {"clock_frac": ((315 / 615) ** (1 / 2.4), 1e-12), "power_w": (400, 1e-9)}),
    # MLPerf Inference v5.1, Llama-2-70B offline, tokens/s for each accelerator.
    ("serving", ["hardware=h100_sxm", "tp=2"], {"offline_per_accelerator_token_per_s": (3902, .15 * 3902)}),
    ("serving", ["hardware=h200_sxm", "tp=1"], {"offline_per_accelerator_token_per_s": (4415, .15 * 4415)}),
]


class Facts(ProgramTest):
    def check(self, rows):
        for model, arguments, expected in rows:
            with self.subTest(model=model, arguments=arguments):
                outputs = json.loads(self.run_program("eval", model, *arguments).stdout)["outputs"]
                for key, (value, tolerance) in expected.items():
                    self.assertIn(key, outputs)
                    got = outputs[key]
                    if not isinstance(value, list):
                        value, got = [value], [got]
                    self.assertEqual(len(got), len(value), f"{key}: {got}")
                    for a, b in zip(got, value):
                        if isinstance(b, (str, bool)) or b is None:
                            self.assertEqual(a, b, key)
                        else:
                            self.assertAlmostEqual(a, b, delta=tolerance, msg=key)
                            accuracy(self, "eval_points", (a - b) / tolerance if tolerance else 0.0, 1.0)

    def test_psychrometrics(self):
        self.check(PSYCHROMETRICS)

    def test_towers(self):
        self.check(TOWERS)

    def test_chillers(self):
        self.check(CHILLERS)

    def test_exchangers_and_warming(self):
        self.check(EXCHANGERS)

    def test_power(self):
        self.check(POWER)

    def test_thermal(self):
        self.check(THERMAL)

    def test_grid(self):
        self.check(GRID)

    def test_compute(self):
        self.check(COMPUTE)
