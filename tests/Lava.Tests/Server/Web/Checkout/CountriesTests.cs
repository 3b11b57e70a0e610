using Lava.Server.Web.Checkout;

namespace Lava.Tests.Server.Web.Checkout;

public sealed class CountriesTests
{
    [Fact]
    public void All_Rows_AreSoundAndUnique()
    {
        Assert.InRange(Countries.All.Count, 230, 250);
        Assert.Equal(Countries.All.Count, Countries.All.DistinctBy(country => country.Code).Count());
        Assert.Equal(Countries.All.Count, Countries.All.DistinctBy(country => country.Name).Count());
        Assert.All(Countries.All, country =>
        {
            Assert.Matches("^[A-Z]{2}$", country.Code);
            Assert.Matches("^[1-9][0-9]{0,2}$", country.CallingCode);
            Assert.Matches("^[0-9]{0,2}$", country.Trunk);
            Assert.InRange(country.DigitsMin, 4, country.DigitsMax);

            // ITU-T E.164: at most 15 digits with the calling code.
            Assert.InRange(country.DigitsMax + country.CallingCode.Length, 5, 15);
            Assert.Equal(country.Name.Trim(), country.Name);
        });
    }

    [Fact]
    public void All_SharedCallingCodes_HaveOneMainCountry()
    {
        var shared = Countries.All.GroupBy(country => country.CallingCode).Where(group => group.Count() > 1);
        Assert.All(shared, group => Assert.Single(group, country => country.IsMain));
    }

    [Theory]
    [InlineData("US", "(415) 555-2671", "+14155552671", "US")]
    [InlineData("US", "1 415 555 2671", "+14155552671", "US")]
    [InlineData("DE", "0151 23456789", "+4915123456789", "DE")]
    [InlineData("DE", "0049 151 23456789", "+4915123456789", "DE")]
    [InlineData("US", "+49 (0)151/234 567-89", "+4915123456789", "DE")]
    [InlineData("DE", "+1 415 555 2671", "+14155552671", "US")]
    [InlineData("CA", "+1 416 555 0123", "+14165550123", "CA")]
    [InlineData("IT", "312 345 6789", "+393123456789", "IT")]
    [InlineData("HU", "06 20 123 4567", "+36201234567", "HU")]
    [InlineData("RU", "8 912 345-67-89", "+79123456789", "RU")]
    [InlineData("RU", "800 123 45 67", "+78001234567", "RU")]
    [InlineData(null, "+447700900123", "+447700900123", "GB")]
    public void Read_Number_BecomesE164(string? country, string typed, string number, string found)
    {
        var read = Countries.Read(country, typed);
        Assert.Equal((number, found), (read?.Number, read?.Country.Code));
    }

    [Theory]
    [InlineData("US", "")]
    [InlineData("US", "555-267")]
    [InlineData("US", "415555267123")]
    [InlineData("US", "call me")]
    [InlineData("US", "+0123456789")]
    [InlineData("US", "٤١٥٥٥٥٢٦٧١")]
    [InlineData("ZZ", "4155552671")]
    [InlineData(null, "4155552671")]
    [InlineData("US", "4                                          1")]
    public void Read_NoNumber_IsNull(string? country, string typed) => Assert.Null(Countries.Read(country, typed));

    [Theory]
    [InlineData("de-CH,de;q=0.9,en;q=0.8", "CH")]
    [InlineData("en,en-GB;q=0.5", "GB")]
    [InlineData("zh-Hant-TW", "TW")]
    [InlineData("de", "US")]
    [InlineData("xx-QQ,,-", "US")]
    [InlineData("", "US")]
    public void Guess_AcceptLanguage_IsItsRegion(string header, string country) => Assert.Equal(country, Countries.Guess(header));
}
