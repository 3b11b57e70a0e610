namespace Lava.Server.Web.Checkout;

/// <summary>How phone numbers of a country look.</summary>
/// <param name="Code">ISO 3166, two letters.</param>
/// <param name="CallingCode">Digits after the plus.</param>
/// <param name="IsMain">Of the countries with this calling code, the one that a number with a plus is taken for.</param>
/// <param name="Trunk">Digits that are dialled first at home, and never from abroad; empty: none.</param>
/// <param name="DigitsMin">The fewest digits of a mobile number without calling code and trunk digits.</param>
/// <param name="DigitsMax">The most.</param>
/// <param name="Name">In English.</param>
internal sealed record Country(
    string Code, string CallingCode, bool IsMain, string Trunk, int DigitsMin, int DigitsMax, string Name);
